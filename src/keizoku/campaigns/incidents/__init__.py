"""Incidents: a wrong or doubtful send, who received it, what was done, when it must be reported, and its end by two people.

Invariants: the list of recipients is fixed once, after the sending has ended, and never changed; the log is appended only;
who asked for the end cannot confirm it (the database refuses it too).
"""
