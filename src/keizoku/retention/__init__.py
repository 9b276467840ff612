"""What is kept, for how long, what keeps it longer, and how it goes.

I own the policies (periods by kind, as data with versions), holds, plans of destruction, the one database function that
destroys, and the certificates. What there is to keep each room says itself (``<room>/kept.py``, ``kernel.keeping``).

Invariants: nothing goes but by ``retention_destroy``, which asks anew for every row whether its plan is approved by
somebody else than its planner, its policy still in force, its period over and no hold in the way; the app's role has no
other right to delete guarded rows; what went is counted, digested, signed and audited. Console and commands may call me.
"""
