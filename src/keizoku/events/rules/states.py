"""Where a posting stands, when it is tried again, and when it is given up. Pure."""

from datetime import timedelta
from enum import StrEnum
from typing import Final


class State(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    PARKED = "parked"


STATE_WORDS: Final = {
    State.WAITING: "送信待ち",
    State.DELIVERED: "届いた",
    State.PARKED: "届かず保留",
}
# A person may send what was parked again.
TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    State.WAITING: frozenset({State.DELIVERED, State.PARKED}),
    State.DELIVERED: frozenset(),
    State.PARKED: frozenset({State.WAITING}),
}
# The poster itself parks what is older; counted from when the posting was made, or sent again.
LONGEST_WAIT: Final = timedelta(hours=72)
# After these, once every last one of them.
_PAUSES: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800)
)


def pause_after(tries: int, posting_id: int) -> timedelta:
    """How long to wait after so many tries: a tenth more or less by the posting, lest all come back at once."""
    pause = _PAUSES[min(max(tries, 1), len(_PAUSES)) - 1]
    return pause * (0.9 + 0.2 * (posting_id % 101) / 100)
