"""Who stands behind, beside or before a customer: representatives, beneficial owners, agents, households, guardians.

The other side is a customer, or a person who is none; then name, reading, birth date and address are encrypted. A relation
is one pair and kind; what is known of it are facts with source and day, which are only ever added.
"""
