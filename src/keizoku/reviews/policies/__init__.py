"""自動承認の決まり: when an answer may be approved without a person, by a written policy that two people answer for.

Invariants: nothing is approved automatically but by the one active policy, whose text never changes; what it cannot know, it
leaves to people; a change is never approved automatically; every judgement is kept with each condition's outcome in words,
whatever it was; stopping takes one act and holds from its commit on. A trigger refuses a decision by a policy that is not
active, and one without a judgement that holds (ADR 0043).
"""
