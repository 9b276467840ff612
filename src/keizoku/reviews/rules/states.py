"""The states of a review, what may follow what, and how long each may last.

Invariant: every state that is not final has a maximum age and a sweeper; a test holds the table complete.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final


class State(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    ASKED_AGAIN = "asked_again"
    NEEDS_PERSON = "needs_person"
    APPROVED = "approved"
    REJECTED = "rejected"
    UNANSWERED = "unanswered"
    WITHDRAWN = "withdrawn"


STATE_WORDS: Final = {
    State.OPEN: "回答待ち",
    State.ANSWERED: "審査待ち",
    State.ASKED_AGAIN: "再回答待ち",
    State.NEEDS_PERSON: "担当者の対応待ち",
    State.APPROVED: "承認",
    State.REJECTED: "否認",
    State.UNANSWERED: "回答なし",
    State.WITHDRAWN: "取り下げ",
}

_AFTER_WAITING: Final = frozenset({State.ANSWERED, State.NEEDS_PERSON, State.UNANSWERED, State.WITHDRAWN})
TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    State.OPEN: _AFTER_WAITING,
    State.ASKED_AGAIN: _AFTER_WAITING,
    # Withdrawn only by the end of the relation: no reviewer's decision leads there.
    State.ANSWERED: frozenset({State.APPROVED, State.REJECTED, State.ASKED_AGAIN, State.WITHDRAWN}),
    State.NEEDS_PERSON: frozenset({State.ASKED_AGAIN, State.WITHDRAWN}),
    State.APPROVED: frozenset(),
    State.REJECTED: frozenset(),
    # Waits for nobody; but a person may give a silent customer another deadline (``actions.extending``).
    State.UNANSWERED: frozenset({State.OPEN, State.ASKED_AGAIN}),
    State.WITHDRAWN: frozenset(),
}

FINAL: Final = frozenset({State.APPROVED, State.REJECTED, State.UNANSWERED, State.WITHDRAWN})
# One customer has one review that is not over: the partial unique index names these.
NOT_FINAL: Final = tuple(state for state in State if state not in FINAL)
AWAITING_CUSTOMER: Final = tuple(state for state, after in TRANSITIONS.items() if State.ANSWERED in after)
ON_THE_DESK: Final = tuple(state for state in NOT_FINAL if state not in AWAITING_CUSTOMER)


@dataclass(frozen=True, slots=True)
class MaximumAge:
    """How long a state may last, and what the sweeper then does.

    Attributes:
        days: since the state began; None: until the review's own deadline (``closes_on``, that day included).
        then: the state that follows; None: nobody but a person may decide, so the case is escalated.
    """

    days: int | None
    then: State | None


MAXIMUM_AGES: Final[dict[State, MaximumAge]] = {
    State.OPEN: MaximumAge(days=None, then=State.UNANSWERED),
    State.ASKED_AGAIN: MaximumAge(days=None, then=State.UNANSWERED),
    State.ANSWERED: MaximumAge(days=14, then=None),
    State.NEEDS_PERSON: MaximumAge(days=30, then=None),
}
DAYS_TO_ANSWER_AGAIN: Final = 14


def may_follow(state: State, following: State) -> bool:
    return following in TRANSITIONS[state]


def may_decide(state: State, following: State) -> bool:
    """Whether a reviewer's decision leads there; an answer is withdrawn by the end of the relation alone."""
    return may_follow(state, following) and (state, following) != (State.ANSWERED, State.WITHDRAWN)


def is_past(closes_on: date, today: date) -> bool:
    """The deadline's own day still counts."""
    return today > closes_on


def closes_on_when_asked_again(closes_on: date, today: date) -> date:
    """A customer who is asked again has at least a fortnight."""
    return max(closes_on, today + timedelta(days=DAYS_TO_ANSWER_AGAIN))
