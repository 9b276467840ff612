"""How soon a case has to be decided and how long it may rest. Pure.

A service level is a number of business days by the case's state and its customer's level of risk. A case is due at the end
of that business day, the day of its coming not counted; resting does not move it.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from keizoku.reviews.rules.states import MAXIMUM_AGES, State
from keizoku.risk.rules.scale import Level

# Business days that a service level may have; what there is to begin with (migration 0008) is our own choice, and a
# supervisor's to change (``actions.levels``). Sixty are a quarter of a year: more would be none.
LEAST_DAYS, MOST_DAYS = 1, 60
# "" stands for a customer who is not rated yet.
LEVELS: Final = ("high", "medium", "low", "")
LEVEL_WORDS: Final = {**{level.value: level.label for level in Level}, "": "未評価"}


class SnoozeReason(StrEnum):
    DOCUMENT = "document"
    CUSTOMER = "customer"
    COLLEAGUE = "colleague"
    APPOINTMENT = "appointment"


SNOOZE_WORDS: Final = {
    SnoozeReason.DOCUMENT: "書類が届くのを待つ",
    SnoozeReason.CUSTOMER: "お客さまからの連絡を待つ",
    SnoozeReason.COLLEAGUE: "ほかの部署の確認を待つ",
    SnoozeReason.APPOINTMENT: "約束した日時に連絡する",
}
# Our own choice, as the next two: a case rests no longer than a letter takes to and fro.
LONGEST_SNOOZE: Final = timedelta(days=14)
# An assignment to one person lapses after this, so that a case does not wait for somebody who is away.
ASSIGNED_FOR: Final = timedelta(days=14)
# Long enough for a call about the case, and short enough that a closed browser holds it up for no morning.
LEASE: Final = timedelta(minutes=30)


def latest_snooze(state: State, since: datetime, now: datetime) -> datetime:
    """Until when a case may rest: a fortnight at most, and never beyond the age at which it is escalated."""
    age = MAXIMUM_AGES[state].days
    longest = now + LONGEST_SNOOZE
    return longest if age is None else min(longest, since + timedelta(days=age))


def may_snooze_until(until: datetime, state: State, since: datetime, now: datetime) -> bool:
    return now < until <= latest_snooze(state, since, now)
