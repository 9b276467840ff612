"""Delivery: from a wave of recipients to outcomes, at most once each (design decisions 6 to 9).

I own message versions, waves, chunks, deliveries, attempts, outcomes, receipts and their counters.
Invariants: an attempt is committed before its carrier is called; one delivery a campaign, step and customer;
who has a contact stop is skipped in the very statement that claims; a lost attempt becomes ``unknown`` and is never resent;
ranks only rise. Campaigns plan waves through ``actions``; carriers are found through ``registry`` and implement ``ports``.
"""
