"""States of a key's destruction, and how long things wait. Pure."""

from datetime import timedelta
from enum import StrEnum
from typing import Final


class State(StrEnum):
    REQUESTED = "requested"
    WITHDRAWN = "withdrawn"
    DONE = "done"


STATE_WORDS: Final = {State.REQUESTED: "承認待ち", State.WITHDRAWN: "取り下げ", State.DONE: "破棄済み"}
TRANSITIONS: Final = {State.REQUESTED: (State.WITHDRAWN, State.DONE), State.WITHDRAWN: (), State.DONE: ()}

# A request that nobody answers lapses.
REQUEST_HOLDS_FOR: Final = timedelta(days=14)
# Between the begin of a newer key and the destruction: a process may hold a value that it encrypted a moment before.
QUIET_BEFORE_DESTRUCTION: Final = timedelta(hours=1)
