"""The stronger proof: a one-time code to another contact point, and the notice to the old ones (ADR 0039).

Invariants: a code goes only to a contact point that neither the message came by nor the answer changes; what proves is the
lane's own row of a code that was typed rightly, never what a session says; nothing here shows or logs an address unmasked.
"""
