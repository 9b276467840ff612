"""The states of a returned value and of a file that is issued again. Pure."""

from datetime import timedelta
from enum import StrEnum
from typing import Final


class RowState(StrEnum):
    """Of one value in one file. A decided value that is in no file yet is waiting, and has no row."""

    RETURNED = "returned"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    AGAIN = "again"
    MOVED = "moved"
    REPLACED = "replaced"


ROW_WORDS: Final = {
    RowState.RETURNED: "返却済み・受領待ち",
    RowState.ACKNOWLEDGED: "受領済み",
    RowState.REFUSED: "勘定系が拒否",
    RowState.AGAIN: "再返却待ち",
    RowState.MOVED: "次の返却に移した",
    RowState.REPLACED: "新しい値に替わった",
}
ROW_TRANSITIONS: Final[dict[RowState, frozenset[RowState]]] = {
    RowState.RETURNED: frozenset({RowState.ACKNOWLEDGED, RowState.REFUSED}),
    RowState.REFUSED: frozenset({RowState.AGAIN, RowState.REPLACED}),
    RowState.AGAIN: frozenset({RowState.MOVED}),
    RowState.ACKNOWLEDGED: frozenset(),
    RowState.MOVED: frozenset(),
    RowState.REPLACED: frozenset(),
}
# A row that has moved has a successor in a later file, which is counted in its place.
COUNTED: Final = tuple(state for state in RowState if state is not RowState.MOVED)
# After so many days a person is asked for: nothing ends by itself what the core system has not answered.
OVERDUE_DAYS: Final = {RowState.RETURNED: 7, RowState.REFUSED: 14, RowState.AGAIN: 7}


class Remedy(StrEnum):
    """Why a refused value may go again; a closed list, since words about a value would be personal data."""

    CORE_MENDED = "core_mended"
    VALUE_CONFIRMED = "value_confirmed"


REMEDY_WORDS: Final = {
    Remedy.CORE_MENDED: "勘定系の側を直した",
    Remedy.VALUE_CONFIRMED: "値が正しいことを確かめた",
}


class ReissueState(StrEnum):
    ASKED = "asked"
    CONFIRMED = "confirmed"
    DOWNLOADED = "downloaded"
    WITHDRAWN = "withdrawn"


REISSUE_WORDS: Final = {
    ReissueState.ASKED: "確認待ち",
    ReissueState.CONFIRMED: "受け取り待ち",
    ReissueState.DOWNLOADED: "受け取り済み",
    ReissueState.WITHDRAWN: "取り下げ",
}
REISSUE_TRANSITIONS: Final[dict[ReissueState, frozenset[ReissueState]]] = {
    ReissueState.ASKED: frozenset({ReissueState.CONFIRMED, ReissueState.WITHDRAWN}),
    ReissueState.CONFIRMED: frozenset({ReissueState.DOWNLOADED, ReissueState.WITHDRAWN}),
    ReissueState.DOWNLOADED: frozenset(),
    ReissueState.WITHDRAWN: frozenset(),
}
REISSUE_OPEN: Final = tuple(state for state, after in REISSUE_TRANSITIONS.items() if after)
# The sweeper withdraws what is older.
LONGEST_REISSUE: Final = dict.fromkeys(REISSUE_OPEN, timedelta(days=7))


class Cause(StrEnum):
    """Why a file is asked for again."""

    LOST = "lost"
    DAMAGED = "damaged"
    NEVER_ARRIVED = "never_arrived"


CAUSE_WORDS: Final = {
    Cause.LOST: "受け取ったファイルをなくした",
    Cause.DAMAGED: "受け取ったファイルが壊れている",
    Cause.NEVER_ARRIVED: "受け取りが途中で切れた",
}
