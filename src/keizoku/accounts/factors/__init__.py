"""Second factors of staff: authenticator apps (TOTP), passkeys (WebAuthn), recovery codes.

I own their rows. Invariants: nobody is signed in by one factor alone (the console keeps the first step beside the session's
person until the second is done); a code of an app is taken once; a recovery code is kept as its hash and taken once; an
app's secret is encrypted; five wrong answers in a row lock the person's second step for 15 minutes. Called by the console
and the commands. Why these libraries: ADR 0046.
"""
