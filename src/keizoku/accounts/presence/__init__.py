"""Who is signed in where: one row a session of staff, so that each person sees their own and can end them.

I own these rows. Invariants: a row names a session that was opened after both factors; ending it deletes the session itself,
so that its next request is nobody's. Called by the console.
"""
