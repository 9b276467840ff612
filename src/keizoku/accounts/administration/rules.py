"""Which changes of staff need two people, and how a request goes. Pure."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from keizoku.accounts.rules import ROLES


class Change(StrEnum):
    JOIN = "join"
    ROLE = "role"
    RETURN = "return"
    RESET = "reset"


class State(StrEnum):
    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    State.ASKED: frozenset({State.DONE, State.REFUSED, State.WITHDRAWN, State.LAPSED}),
    State.DONE: frozenset(),
    State.REFUSED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.LAPSED: frozenset(),
}
# Our own choice: a working week with its days off.
WAITS_FOR: Final = timedelta(days=7)
CHANGE_WORDS: Final = {
    Change.JOIN: "登録",
    Change.ROLE: "役割・部署の変更",
    Change.RETURN: "再開",
    Change.RESET: "2つ目の確認の再設定",
}
STATE_WORDS: Final = {
    State.ASKED: "承認待ち",
    State.DONE: "実施済み",
    State.REFUSED: "認めなかった",
    State.WITHDRAWN: "取り下げ",
    State.LAPSED: "期限切れ",
}


def grows(old_role: str, new_role: str) -> bool:
    """Whether the new role holds any right that the old one lacks."""
    return not ROLES[new_role] <= ROLES.get(old_role, frozenset())
