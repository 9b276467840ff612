"""Pure rules of incidents: kinds, states, longest ages, and the days by which a leak must be reported."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    WRONG_RECIPIENTS = "wrong_recipients"
    WRONG_WORDS = "wrong_words"
    DOUBTFUL = "doubtful"
    LEAK = "leak"


KIND_WORDS: Final = {
    Kind.WRONG_RECIPIENTS: "送る相手を間違えた",
    Kind.WRONG_WORDS: "文面を間違えた",
    Kind.DOUBTFUL: "送信がおかしい（原因を調べる）",
    Kind.LEAK: "個人データの漏えい、またはそのおそれ",
}


class State(StrEnum):
    PROPOSED = "proposed"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    DISMISSED = "dismissed"


TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    State.PROPOSED: frozenset({State.OPEN, State.DISMISSED}),
    State.OPEN: frozenset({State.CLOSING}),
    State.CLOSING: frozenset({State.OPEN, State.CLOSED}),
    State.CLOSED: frozenset(),
    State.DISMISSED: frozenset(),
}
STATE_WORDS: Final = {
    State.PROPOSED: "システムが見つけた・人の判断待ち",
    State.OPEN: "対応中",
    State.CLOSING: "終了の確認待ち",
    State.CLOSED: "終了",
    State.DISMISSED: "事案ではない",
}


@dataclass(frozen=True, slots=True)
class Age:
    """How many days (wall time) a state may last. Nobody but a person ends an incident: where ``then`` is None, compliance
    gets a task.
    """

    days: int
    then: State | None


MAXIMUM_AGES: Final[dict[State, Age]] = {
    State.PROPOSED: Age(days=1, then=None),
    State.OPEN: Age(days=60, then=None),
    State.CLOSING: Age(days=14, then=State.OPEN),
}

# What counts as received: taken on by the carrier, perhaps taken on, or told to have arrived or not.
RECEIVED: Final = ("accepted", "unknown", "undelivered", "delivered")

# 個人情報保護法 26条1項、同法施行規則 7条・8条、個人情報保護委員会「ガイドライン（通則編）」3-5-3-3 and 3-5-3-4: the
# preliminary report at once, which is three to five days from knowing; the final one within 30 days, or 60 where the leak
# may have a wrongful purpose (規則7条3号). The day of knowing is the first day, and closed days count. Only a final report
# whose last day is closed (行政機関の休日に関する法律 昭和63年法律第91号 2条: Saturdays, Sundays, holidays, 29 December to
# 3 January; the guidelines' 3-5-3-4 name it) moves to the next open day. We know of nothing that moves the preliminary one:
# it stays, since earlier is safe. Banks report to the FSA besides (金融分野ガイドライン; ppc.go.jp FAQ 2-1-1), whose days
# are no later than these. ADR 0036.
PRELIMINARY_AIM: Final = 3
PRELIMINARY_LAST: Final = 5
FINAL_LAST: Final = 30
FINAL_LAST_WRONGFUL: Final = 60
# More than a thousand people must be reported whatever the data (規則7条4号).
MUST_REPORT_ABOVE: Final = 1000


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Days in Tokyo: ``aim`` and ``preliminary`` of the preliminary report, ``final`` of the final one."""

    aim: date
    preliminary: date
    final: date


def deadlines(known_on: date, *, is_wrongful: bool, is_closed: Callable[[date], bool]) -> Deadlines:
    """When a leak that became known on this day must be reported."""
    final = known_on + timedelta(days=(FINAL_LAST_WRONGFUL if is_wrongful else FINAL_LAST) - 1)
    while is_closed(final):
        final += timedelta(days=1)
    return Deadlines(
        aim=known_on + timedelta(days=PRELIMINARY_AIM - 1),
        preliminary=known_on + timedelta(days=PRELIMINARY_LAST - 1),
        final=final,
    )


def must_report(kind: Kind, people: int | None, *, is_wrongful: bool) -> bool:
    """Whether the law surely asks for a report: a wrongful purpose is enough (規則7条3号).

    Else a person judges what the data were.
    """
    return kind is Kind.LEAK and (is_wrongful or (people or 0) > MUST_REPORT_ABOVE)
