"""Invented customers for trying Keizoku: a bank's file with its truth beside it.

People, phones and addresses are drawn from real frequencies and real postal codes but belong to nobody; mail goes to
domains reserved for examples. The same seed and day give the same bytes. Nothing here touches the database.
"""
