"""The administration of staff: who comes, changes, goes, and starts anew without a second factor.

I own the requests for such changes. Invariants: nobody's rights grow by one person (an administrator asks, somebody else
approves, and neither is the one whom it is about); what takes rights away takes effect at once. Called by the console and
the commands.
"""
