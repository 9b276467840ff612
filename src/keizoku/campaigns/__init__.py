"""Campaigns: an audience, a journey, two people's approval, and the planner that turns time into waves.

Invariants: the audience is frozen once, at the request, and never changed; the approval names its digest; nobody who made
or edited a campaign approves it (the database refuses); whoever was left out has a stored reason. I open reviews and
ask ``delivery`` for waves; I never call a carrier.
"""
