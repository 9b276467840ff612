"""The kernel: clock, ids, cryptography, personal-data types, Japanese text, files, documents, HTTP, tasks, database.

It knows no domain word (no customer, campaign or review) and imports nothing of the other rooms.
"""
