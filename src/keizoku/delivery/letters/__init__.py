"""Letters in batches: the print file of one window, its way through the print house, and what the post brings back.

Invariants: a batch is kept with its key before it is handed in, and its files never change; a key is handed in for one
window only; posted is not delivered, and nothing here ever says that a letter was delivered. The channel ``letter`` makes
batches; the console, the command line and a job follow them.
"""
