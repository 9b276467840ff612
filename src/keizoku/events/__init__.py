"""Outgoing events: what happened, told to other systems that asked for it; ids only, signed, at least once.

I own the outbox (filled from the audit's entries, which stand in the transaction of what happened), the subscriptions and
their postings. Invariants: an event names a subject by kind and id and says nothing else; the events of one subject reach
one subscription in order; what cannot be posted is parked and shown, never lost in silence; nothing is posted to an
address of the inside unless a setting names it. Called by the console, the API and the commands. Decision: docs/adr/0032.
"""
