"""確認記録: what was confirmed, when, how it was proved and by whom, one row for each approval.

Invariants: written in the very transaction of the approval; never changed (rights and triggers); the values stand in the
version of the record that the row names.
"""
