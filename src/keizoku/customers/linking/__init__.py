"""Which LINE account is which customer's: offered to whom was identified, linked by LINE's word, ended by either side.

The user id is encrypted and found by a keyed digest; it is forgotten the moment a link ends. LINE is told neither the
customer nor anything of the account: what goes there is a nonce that means nothing (ADR 0026).
"""
