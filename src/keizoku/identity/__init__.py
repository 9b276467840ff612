"""Who somebody is, proved: the methods that the law allows, verifications with their evidence, checks and decisions.

I own the table of methods, verifications, what they rest on and how long it is kept. Reviews ask me for a verification
and read its outcome; I know nothing of reviews.
"""
