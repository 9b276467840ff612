"""When a customer is to be confirmed next.

The intervals by level are the institution's; one, two and three years are usual, and no law names them. An end of
residence and events pull the date forward and never back.
"""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from keizoku.risk.rules.scale import DAYS_BEFORE_RESIDENCE_EXPIRES, DueBasis, EventKind, Level

Event = tuple[EventKind, date]


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
    events: Iterable[Event] = (),
    event_days: Mapping[EventKind, int] | None = None,
) -> Due:
    """The next due date, which may lie in the past.

    Counted from the last confirmation, without one from the opening, and from today where that lies ahead (a
    slip in the core system). An end of residence asks 90, 60 and 30 days before it and on the day: the first of
    these that lies behind the last confirmation; after that the interval alone counts. An event behind the last
    confirmation asks so many days after it as ``event_days`` says; kinds that are not there ask nothing.
    """
    last = min(confirmed_on or opened_on, today)
    due = Due(
        months_later(last, interval_months[level]),
        DueBasis.INTERVAL if confirmed_on else DueBasis.NEVER_CONFIRMED,
    )
    asked_on = _asked_for_residence_on(last, residence_expires_on)
    if asked_on is not None:
        due = pulled(due, asked_on, DueBasis.RESIDENCE_EXPIRES)
    days = event_days or {}
    for kind, occurred_on in events:
        if kind in days and occurred_on > last:
            due = pulled(due, occurred_on + timedelta(days=days[kind]), DueBasis.EVENT)
    return due


def pulled(due: Due, on: date, basis: DueBasis) -> Due:
    """The earlier of both; of two on one day the first keeps its reason."""
    return Due(on, basis) if on < due.on else due


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day (29 February → 28 February)."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _asked_for_residence_on(last: date, expires_on: date | None) -> date | None:
    if expires_on is None or last >= expires_on:
        return None
    days = (expires_on - timedelta(days=before) for before in DAYS_BEFORE_RESIDENCE_EXPIRES.values())
    return next(day for day in days if last < day)
