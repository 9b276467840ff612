"""Answers on paper: which questionnaire a letter encloses, and what becomes of a form that comes back.

A form is registered by its code, keyed by two people who do not see each other's entries, compared, resolved where they
differ, and handed in as the answer of the day on which it arrived. Invariants: nobody keys a form twice, and who keyed or
resolved it never decides its review (triggers too); keyers see nothing of the record; a form that waits keeps its customer
from being written to, and its review from ending. Console and command line call it, and the reviews' sweep ``sweeping``.
"""
