"""Journeys as data with versions, the courses of a campaign, the calendar and the pace by which steps are sent.

A version never changes; a campaign keeps a copy of what it uses (``Course`` and ``Step`` rows), so that a later version
touches no campaign. ``planner`` and ``composing`` of this room, and the entry points through actions and queries, call me.
"""
