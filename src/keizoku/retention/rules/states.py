"""The states of a plan of destruction, what may follow what, and how long each may last."""

from enum import StrEnum
from typing import Final


class State(StrEnum):
    PLANNED = "planned"
    APPROVED = "approved"
    DONE = "done"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"


STATE_WORDS: Final = {
    State.PLANNED: "承認待ち",
    State.APPROVED: "廃棄中",
    State.DONE: "廃棄済み",
    State.STOPPED: "途中で中止",
    State.WITHDRAWN: "取り下げ",
}
TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    State.PLANNED: frozenset({State.APPROVED, State.WITHDRAWN}),
    State.APPROVED: frozenset({State.DONE, State.STOPPED}),
    State.DONE: frozenset(),
    State.STOPPED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
OPEN: Final = tuple(state for state, after in TRANSITIONS.items() if after)
# A plan nobody approves is withdrawn; one in work that does not come to its end is stopped, with a certificate of what went.
MAX_DAYS: Final = {State.PLANNED: 14, State.APPROVED: 30}


class Outcome(StrEnum):
    """What became of one item of a plan."""

    WAITING = ""
    DESTROYED = "destroyed"
    HELD = "held"
    NOT_DUE = "not_due"


OUTCOME_WORDS: Final = {
    Outcome.WAITING: "未処理",
    Outcome.DESTROYED: "廃棄した",
    Outcome.HELD: "廃棄を止めている",
    Outcome.NOT_DUE: "期間が終わっていない",
}
