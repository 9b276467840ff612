"""The methods that the law allows, as a table; who confirmed and switched what; results of accredited providers.

I own the table (TOML in ``table/``, replaced by ``IDENTITY_METHODS``), the rules that answer which method is allowed for
whom on which day and why another is not, the proposals by which two people confirm, switch, register and accredit, and the
results that providers signed. Invariants: a method is known by our own name, never by the law's letter, which moves; a row
whose primary text nobody has read is used for nothing; nobody confirms alone. I know verifications only to write down what
a provider proved; the rest of ``identity``, the console and the command line ask my queries and actions.
"""
