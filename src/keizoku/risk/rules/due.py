"""When a customer is to be confirmed next.

The intervals by level are the institution's; one, two and three years are usual, and no law names them. An end of
residence pulls the date forward and never back.
"""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from keizoku.risk.rules.scale import DueBasis, Level

DAYS_BEFORE_RESIDENCE_EXPIRES = 90


@dataclass(frozen=True, slots=True)
class Due:
    on: date
    basis: DueBasis


def due_date(
    interval_months: Mapping[Level, int],
    level: Level,
    *,
    confirmed_on: date | None,
    opened_on: date,
    residence_expires_on: date | None,
    today: date,
) -> Due:
    """The next due date, which may lie in the past.

    Counted from the last confirmation, without one from the opening, and from today where that lies ahead (a
    slip in the core system). An end of residence asks 90 days before it; of somebody confirmed within those
    90 days, once more on the day itself; after that the interval alone counts.
    """
    last = min(confirmed_on or opened_on, today)
    on = months_later(last, interval_months[level])
    asked_on = _asked_for_residence_on(last, residence_expires_on)
    if asked_on is not None and asked_on < on:
        return Due(asked_on, DueBasis.RESIDENCE_EXPIRES)
    return Due(on, DueBasis.INTERVAL if confirmed_on else DueBasis.NEVER_CONFIRMED)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day (29 February → 28 February)."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _asked_for_residence_on(last: date, expires_on: date | None) -> date | None:
    if expires_on is None or last >= expires_on:
        return None
    early = expires_on - timedelta(days=DAYS_BEFORE_RESIDENCE_EXPIRES)
    return early if last < early else expires_on
