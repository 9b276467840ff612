"""Attributes that compliance adds in the browser: typed, approved by another person, usable at once without a deployment.

I own definitions with their versions and each customer's values with their source. Invariants: a value is typed and
closed (a choice, a whole number, a date, a flag, choices), never free text, so that it may lie in the clear beside the
facts; whoever drafts a version never approves it, which the database refuses too; a type never changes once a version
was approved; a value that was ever a choice stays one; every value that is held has a row that says from whom, as of
when, and who wrote it. Definitions are read from the database whenever they are asked for: no process keeps an old one.
"""
