"""The states of a policy's version. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final


class State(StrEnum):
    DRAFT = "draft"
    REQUESTED = "requested"
    ACTIVE = "active"
    RETIRED = "retired"
    WITHDRAWN = "withdrawn"


STATE_WORDS: Final = {
    State.DRAFT: "下書き",
    State.REQUESTED: "承認待ち",
    State.ACTIVE: "使用中",
    State.RETIRED: "使用を終えた",
    State.WITHDRAWN: "取り下げ",
}
TRANSITIONS: Final[Mapping[State, frozenset[State]]] = {
    State.DRAFT: frozenset({State.REQUESTED, State.WITHDRAWN}),
    State.REQUESTED: frozenset({State.DRAFT, State.ACTIVE}),
    State.ACTIVE: frozenset({State.RETIRED}),
    State.RETIRED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
# A request goes back to its maker after a fortnight, our own choice: what nobody read by then is asked for anew. A draft
# decides nothing and has its maker, an active version holds until it is ended.
MAXIMUM_AGES: Final = {State.REQUESTED: timedelta(days=14)}
