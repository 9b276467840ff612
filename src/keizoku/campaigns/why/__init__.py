"""Why: for every customer whom a campaign selected, contacted or not, the stored reason in words.

Invariants: who was left out has exactly one line (step 0), everybody else exactly one for each step of the own course, so
that the lines of a campaign add up to all whom it selected; each line is read from rows (exclusions, skips, deliveries,
outcomes, receipts, reviews), never guessed; ``lines`` holds the one statement that pages, commands and files share.
"""
