"""The silent: who was asked and has not answered becomes a case, and a person decides what follows.

Invariants: one case a campaign and customer (the database holds it); nothing is decided by the system, which opens, releases
and takes up again; a restriction is proposed for one customer at a time by one person and confirmed by another (the database
refuses the same person, and more than one at once); an answer ends a case whatever was decided, in the answer's own
transaction (a trigger on ``customers_contactstop``), and a decision that crosses it finds the case released. Keizoku
restricts no account: what leaves here is a recorded proposal and a task.
"""
