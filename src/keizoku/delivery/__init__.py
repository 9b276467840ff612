"""Frozen recipients, waves, leases, attempts, outcomes, receipts; the Transport port."""
