"""Between the request and the sending to everybody: the launch in parts, the first wave, what asks for a look.

Invariants, held by the database too (migration 0005): an approval names exactly what was requested, by somebody who made
none of it; each anomaly has a person's written reason before; nobody beyond the first wave is written to before a person has
seen how it went.
"""
