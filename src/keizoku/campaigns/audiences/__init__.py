"""Audiences: who meets which conditions, saved under a name with versions, counted, explained, sampled and frozen.

Invariants: a version never changes (a change is the next version, the database refuses anything else); a campaign keeps a
copy of the conditions that it was made with; the count on the screen, the breakdown, the sample and the freeze read the same
rows. ``fields`` names what may be asked, ``queries`` and ``actions`` are the saved ones, ``counting`` and ``freezing`` are
SQL over sets. I decrypt nobody but the twenty of a sample, under a grant.
"""
