"""Service levels: how many business days a case may take; and the days on which the bank is closed."""

from datetime import date
from typing import Final

from django.db import connection, transaction

from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.kernel import bank_days
from keizoku.kernel.actor import Actor
from keizoku.reviews.desk.models import ClosedDay, ServiceLevel
from keizoku.reviews.errors import DaysRefused
from keizoku.reviews.permitted import refuse_unless
from keizoku.reviews.rules.service_levels import LEAST_DAYS, LEVELS, MOST_DAYS
from keizoku.reviews.rules.states import ON_THE_DESK

_YEARS_AHEAD: Final = 2
_DUE_ANEW: Final = """
    UPDATE reviews_deskcase SET due_at = reviews_due_at(state, level, since) WHERE state = %s AND level = %s
"""
_LEVELS_ANEW: Final = """
    UPDATE reviews_deskcase c SET level = s.level, due_at = reviews_due_at(c.state, s.level, c.since)
    FROM reviews_review r JOIN risk_standing s ON s.customer_id = r.customer_id
    WHERE r.id = c.review_id AND s.level <> c.level
"""


@transaction.atomic
def set_service_level(state: str, level: str, days: int, staff: Staff) -> None:
    """Change the days of one state and level; open cases are due anew from their coming.

    Raises:
        NotPermitted: no supervisor.
        DaysRefused: no such level, or too few or too many days.
    """
    refuse_unless(staff, "reviews.supervise")
    if state not in ON_THE_DESK or level not in LEVELS or not LEAST_DAYS <= days <= MOST_DAYS:
        raise DaysRefused(LEAST_DAYS, MOST_DAYS)
    changed = ServiceLevel.objects.filter(state=state, level=level).exclude(days=days).update(days=days)
    if not changed:
        return
    with connection.cursor() as cursor:
        cursor.execute(_DUE_ANEW, [state, level])
    audit.record(
        actor=staff.actor,
        action="reviews.service_level.changed",
        details={"state": state, "level": level, "days": days},
    )


def follow_ratings() -> int:
    """Open cases take over the level that their customers have by now, and its due instant. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_LEVELS_ANEW)
        return int(cursor.rowcount)


def keep_closed_days(today: date) -> int:
    """Write down the weekdays on which the bank is closed, this year's and the next ones'. Returns how many are new."""
    years = range(today.year, today.year + _YEARS_AHEAD + 1)
    days = {day for year in years for day in bank_days.closed_weekdays(year)}
    known = set(ClosedDay.objects.values_list("day", flat=True))
    new = sorted(days - known)
    if new:
        ClosedDay.objects.bulk_create((ClosedDay(day=day) for day in new), ignore_conflicts=True)
        audit.record(
            actor=Actor.system("reviews.sweeper"),
            action="reviews.closed_days.kept",
            details={"from": new[0].isoformat(), "to": new[-1].isoformat(), "days": len(new)},
        )
    return len(new)
