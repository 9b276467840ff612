"""The states of a verification, what may follow what, and how long each may last.

Invariant: every state that is not final has a maximum age and a sweeper; a test holds the table complete.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final


class State(StrEnum):
    ASKED = "asked"
    CAPTURING = "capturing"
    JUDGING = "judging"
    WAITING = "waiting"
    ASKED_AGAIN = "asked_again"
    PASSED = "passed"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


STATE_WORDS: Final = {
    State.ASKED: "撮影待ち",
    State.CAPTURING: "撮影中",
    State.JUDGING: "自動の点検中",
    State.WAITING: "判断待ち",
    State.ASKED_AGAIN: "撮り直し待ち",
    State.PASSED: "確認できた",
    State.REFUSED: "確認できなかった",
    State.EXPIRED: "期限切れ",
    State.WITHDRAWN: "取り下げ",
}
_LEAVING: Final = frozenset({State.EXPIRED, State.WITHDRAWN})
TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    State.ASKED: frozenset({State.CAPTURING}) | _LEAVING,
    State.CAPTURING: frozenset({State.JUDGING}) | _LEAVING,
    State.JUDGING: frozenset({State.WAITING, State.WITHDRAWN}),
    State.WAITING: frozenset({State.PASSED, State.REFUSED, State.ASKED_AGAIN, State.WITHDRAWN}),
    State.ASKED_AGAIN: frozenset({State.CAPTURING}) | _LEAVING,
    State.PASSED: frozenset(),
    State.REFUSED: frozenset(),
    State.EXPIRED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
NOT_FINAL: Final = tuple(state for state, after in TRANSITIONS.items() if after)
AWAITING_CUSTOMER: Final = (State.ASKED, State.CAPTURING, State.ASKED_AGAIN)
# What may go after a short time, unless somebody holds it: it proved nothing.
CAME_TO_NOTHING: Final = (State.REFUSED, State.EXPIRED, State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class MaximumAge:
    """How long a state may last; ``then`` follows, None: nobody but a person may decide, so it is escalated."""

    age: timedelta
    then: State | None


# Our choice. A judgement that is not done within the hour goes to a person as it stands.
MAXIMUM_AGES: Final[dict[State, MaximumAge]] = {
    State.ASKED: MaximumAge(timedelta(days=30), State.EXPIRED),
    State.CAPTURING: MaximumAge(timedelta(days=7), State.EXPIRED),
    State.JUDGING: MaximumAge(timedelta(hours=1), State.WAITING),
    State.WAITING: MaximumAge(timedelta(days=5), None),
    State.ASKED_AGAIN: MaximumAge(timedelta(days=14), State.EXPIRED),
}


def may_follow(state: State, following: State) -> bool:
    return following in TRANSITIONS[state]
