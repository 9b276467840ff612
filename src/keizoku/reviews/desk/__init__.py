"""The desk's own rows: what waits for a person, whose it is, until when it rests, and how soon it is due.

Invariants: a review that waits for a person has one row here, and no other has one (triggers hold that, so that whoever
moves a review need not know of it); a lease is one person's; a due instant follows from the service level of the case.
Written by ``reviews.actions`` alone.
"""
