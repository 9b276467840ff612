"""The lane for one-time codes and notices: one message to one customer on one channel, outside every campaign (ADR 0034).

Invariants: an attempt is committed before its carrier is called and its outcome appended; what is ``unknown`` is never sent
again, a new code is a new row; a code can be read by us only until it was sent or is over, and only its keyed digest is
kept; each channel's limit is shared with the campaigns; a queue of its own keeps it from waiting behind a wave.
"""
