"""Sign-on by another system of the institution (OpenID Connect 1.0, authorization code with PKCE).

I own no rows. Invariants: the issuer says only who somebody is; the person must be registered here, and the role is the one
that two people gave here. What the issuer says of a second factor counts only where a setting names it (ADR 0047).
Called by the console.
"""
