"""SMS by Karaden, found through the delivery registry."""
