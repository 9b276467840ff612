"""REST for other systems, version 1 under ``/api/v1/``: parse, call the rooms' actions and queries, render JSON.

Invariants: no route without a key that has its scope; every error is RFC 9457 and says what to do; a change is made once
for one Idempotency-Key; nothing that identifies a person stands in an address, a log or a stored answer. Called from
outside only. Decisions: docs/adr/0031; for callers: docs/api.md.
"""
