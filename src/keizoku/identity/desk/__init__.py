"""The desk of verifications: what waits for a decision, who has which case open, and a case with all that a reviewer sees.

I read and hold; what is decided, and by how many, is ``identity.deciding``'s. A case is somebody's for half an hour at a
time. Whoever opens values or a picture has been written down before. The console calls me.
"""
