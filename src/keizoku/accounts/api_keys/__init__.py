"""Keys by which other systems call the API, each in the name of one member of staff.

I own the keys' rows. Invariants: a key does only what its scopes allow **and** what its person's role allows at that
moment; of the secret only SHA-256 is kept; who grants a key never sees the secret of somebody else's, since whoever holds
it acts as that person (and could approve as one what he made as another). Called by the API, the console and the commands.
"""
