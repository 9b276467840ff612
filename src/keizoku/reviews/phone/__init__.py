"""The phone desk: calls with their steps, the caller's check, what is done for him, calls back.

Invariants: a member of staff has one open call at most; a call shows nothing of a customer before its caller is verified but
what the caller needs to be helped on; wrong answers are counted for each customer over all calls, and lock; every
step is a row and an entry of the audit. Console and command line may call me.
"""
