"""Keys and backups: their life, and the proof that both still work.

I own epochs of keys (rotation, re-encryption, destruction with a certificate), backups, restores and drills. Invariants: a
key is destroyed by two people and only when no value names it; nothing is ever restored over something; a backup is whole
or refused. The arithmetic lies in ``kernel.crypto``; which columns are encrypted, each room says in its ``encrypted.py``.
Console and command line call me; I know no room above me.
"""
