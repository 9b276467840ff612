"""States of a batch, reasons of returned mail, and how long each may wait. Pure."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Final


class BatchState(StrEnum):
    MADE = "made"
    HANDED_IN = "handed_in"
    PRINTED = "printed"
    POSTED = "posted"
    NOT_SENT = "not_sent"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    UNCONFIRMED = "unconfirmed"


BATCH_TRANSITIONS: Final[dict[BatchState, frozenset[BatchState]]] = {
    BatchState.MADE: frozenset({BatchState.HANDED_IN, BatchState.NOT_SENT, BatchState.REFUSED}),
    BatchState.HANDED_IN: frozenset(
        {BatchState.PRINTED, BatchState.POSTED, BatchState.CANCELLED, BatchState.UNCONFIRMED}
    ),
    BatchState.PRINTED: frozenset({BatchState.POSTED, BatchState.UNCONFIRMED}),
    BatchState.POSTED: frozenset(),
    BatchState.NOT_SENT: frozenset(),
    BatchState.REFUSED: frozenset(),
    BatchState.CANCELLED: frozenset(),
    BatchState.UNCONFIRMED: frozenset({BatchState.POSTED}),
}
BATCH_WORDS: Final = {
    BatchState.MADE: "引き渡し前",
    BatchState.HANDED_IN: "印刷会社が受け付けた",
    BatchState.PRINTED: "印刷済み",
    BatchState.POSTED: "投函済み",
    BatchState.NOT_SENT: "渡していない",
    BatchState.REFUSED: "印刷会社が受け付けなかった",
    BatchState.CANCELLED: "印刷を取りやめた",
    BatchState.UNCONFIRMED: "投函の知らせがない",
}
# Who waits for the print house, and after how long the job that follows batches ends the wait.
LONGEST: Final = {
    BatchState.MADE: timedelta(hours=1),
    BatchState.HANDED_IN: timedelta(days=14),
    BatchState.PRINTED: timedelta(days=14),
}
# What the print house says of a batch after its cut-off, kept as the batch's code: it will be printed.
TOO_LATE: Final = "too_late"
# How long a batch without a cut-off may still turn out not to have been taken: as long as one may be "made".
UNHEARD_FOR: Final = LONGEST[BatchState.MADE]
# The beginning of the receipts' ids of letters that were never printed.
CALLED_OFF_EVENT: Final = "cancelled:"
FOLLOWED: Final = (BatchState.HANDED_IN, BatchState.PRINTED, BatchState.UNCONFIRMED)


class ReturnReason(StrEnum):
    """What Japan Post stamps on mail that it brings back."""

    NO_SUCH_PERSON = "no_such_person"
    MOVED = "moved"
    INCOMPLETE = "incomplete"
    NOT_COLLECTED = "not_collected"
    REFUSED = "refused"


RETURN_WORDS: Final = {
    ReturnReason.NO_SUCH_PERSON: "あて所に尋ねあたりません",
    ReturnReason.MOVED: "転居先不明",
    ReturnReason.INCOMPLETE: "あて名不完全",
    ReturnReason.NOT_COLLECTED: "保管期間経過",
    ReturnReason.REFUSED: "受取拒絶",
}
# Those that are about the address itself; who refuses or does not collect a letter lives where he was written to.
ADDRESS_FAULTS: Final = frozenset({ReturnReason.NO_SUCH_PERSON, ReturnReason.MOVED, ReturnReason.INCOMPLETE})
LATEST_RETURN: Final = timedelta(days=366)


def return_problem(returned_on: date, made_on: date, today: date) -> str:
    """Why a day cannot be that of a return, in Japanese; empty where it can."""
    if returned_on > today:
        return "戻ってきた日は、今日までの日付で入力してください。"
    if returned_on < made_on:
        return f"戻ってきた日は、手紙を作った{made_on.isoformat()}より後の日付で入力してください。"
    if returned_on - made_on > LATEST_RETURN:
        return "戻ってきた日は、手紙を作ってから1年以内の日付で入力してください。"
    return ""
