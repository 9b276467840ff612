"""What two people decide about methods: its kinds, its states, its longest age.

One asks, another approves; a right of one's own is enough only to take back what was confirmed or accredited.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What is asked for; ``subject`` is a row's key, "scope/METHOD", a registration or a provider's name."""

    CONFIRM = "confirm"
    SWITCH = "switch"
    REGISTRATION = "registration"
    PROVIDER = "provider"


KIND_WORDS: Final = {
    Kind.CONFIRM: "条文の確認",
    Kind.SWITCH: "方法を使う・使わない",
    Kind.REGISTRATION: "当行の登録",
    Kind.PROVIDER: "結果を送る事業者",
}


class State(StrEnum):
    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    ENDED = "ended"


STATE_WORDS: Final = {
    State.PROPOSED: "承認待ち",
    State.IN_FORCE: "有効",
    State.DECLINED: "承認されなかった",
    State.WITHDRAWN: "取り下げ",
    State.LAPSED: "承認されないまま期限切れ",
    State.ENDED: "終わった",
}
TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    State.PROPOSED: frozenset({State.IN_FORCE, State.DECLINED, State.WITHDRAWN, State.LAPSED}),
    State.IN_FORCE: frozenset({State.ENDED}),
    State.DECLINED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.LAPSED: frozenset(),
    State.ENDED: frozenset(),
}
# What is in force holds until somebody ends it, or a later one replaces it.
MAXIMUM_AGES: Final = {State.PROPOSED: timedelta(days=30)}
# One person may end these at once; a switch and a registration go back by another proposal, of two people.
ENDED_BY_ONE: Final = frozenset({Kind.CONFIRM, Kind.PROVIDER})
