"""The supervisor's board: who has how much and for how long, what is late by level and state, the longest waiting.

Two walks over the open cases (50,000 narrow rows, 25 ms each: ``keizoku bench desk``), the ten longest waiting by their
index, the service levels, and the decisions of a week; nothing about customers.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from keizoku.kernel import due
from keizoku.kernel.clock import business_now
from keizoku.reviews.desk.models import DeskCase, ServiceLevel
from keizoku.reviews.models import Decision
from keizoku.reviews.queries.queue import QueueRow, moment, shown_rows
from keizoku.reviews.rules.service_levels import LEVELS
from keizoku.reviews.rules.states import ON_THE_DESK, State

OLDEST: Final = 10
RECENT: Final = timedelta(days=7)

_LOADS: Final = """
    SELECT coalesce(owner_id, CASE WHEN held_until > %(wall)s THEN held_by_id END) AS person, count(*),
        count(*) FILTER (WHERE due_at < %(now)s),
        percentile_disc(0.5) WITHIN GROUP (ORDER BY since)
    FROM reviews_deskcase GROUP BY 1
"""
_BY_LEVEL: Final = """
    SELECT state, level, count(*), count(*) FILTER (WHERE due_at < %(now)s),
        count(*) FILTER (WHERE due_at >= %(now)s AND due_at < %(tomorrow)s),
        percentile_disc(0.5) WITHIN GROUP (ORDER BY since)
    FROM reviews_deskcase GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What one person has; ``staff_id`` None: nobody's. ``late`` of the open ones are past their due instant."""

    staff_id: int | None
    open: int
    late: int
    median_age: timedelta | None
    decided_today: int
    decided_late: int


@dataclass(frozen=True, slots=True)
class Group:
    """Open cases of one state and level against their service level."""

    state: State
    level: str
    days: int
    open: int
    late: int
    today: int
    median_age: timedelta | None


@dataclass(frozen=True, slots=True)
class Board:
    """``decided_late`` of ``decided`` within the last seven days were decided past their due instant."""

    loads: tuple[Load, ...]
    groups: tuple[Group, ...]
    oldest: tuple[QueueRow, ...]
    decided: int
    decided_late: int


def board() -> Board:
    """As of now; people with most late cases first."""
    now = business_now()
    by_person = _decided(due.day_begun(now))
    recent = Decision.objects.filter(decided_at__gte=now - RECENT).aggregate(
        decided=Count("id", filter=Q(due_at__isnull=False)),
        late=Count("id", filter=Q(decided_at__gt=F("due_at"))),
    )
    return Board(
        loads=tuple(_loads(now, by_person)),
        groups=tuple(_groups(now)),
        oldest=tuple(_oldest()),
        decided=recent["decided"],
        decided_late=recent["late"],
    )


def _decided(since: datetime) -> dict[int, tuple[int, int]]:
    """By person: how many decisions since then, and how many of them past their due instant."""
    rows = Decision.objects.filter(decided_at__gte=since, decided_by__isnull=False).values("decided_by")
    counted = rows.annotate(number=Count("id"), late=Count("id", filter=Q(decided_at__gt=F("due_at"))))
    return {row["decided_by"]: (row["number"], row["late"]) for row in counted}


def _loads(now: datetime, decided: dict[int, tuple[int, int]]) -> list[Load]:
    with connection.cursor() as cursor:
        cursor.execute(_LOADS, {"now": now, "wall": moment(0).wall})
        found = {person: (number, late, now - since) for person, number, late, since in cursor.fetchall()}
    people: set[int | None] = {*found, *decided}
    loads = [
        _load(person, found.get(person, (0, 0, None)), decided.get(person or 0, (0, 0))) for person in people
    ]
    return sorted(
        loads, key=lambda load: (load.staff_id is not None, -load.late, -load.open, load.staff_id or 0)
    )


def _load(person: int | None, has: tuple[int, int, timedelta | None], decided: tuple[int, int]) -> Load:
    return Load(person, *has, *decided)


def _groups(now: datetime) -> list[Group]:
    days = {(row.state, row.level): row.days for row in ServiceLevel.objects.all()}
    with connection.cursor() as cursor:
        cursor.execute(_BY_LEVEL, {"now": now, "tomorrow": due.day_after(now)})
        found = {(state, level): rest for state, level, *rest in cursor.fetchall()}
    groups = []
    for state in ON_THE_DESK:
        for level in LEVELS:
            number, late, today, since = found.get((state.value, level), (0, 0, 0, None))
            age = now - since if since is not None else None
            groups.append(Group(state, level, days[state.value, level], number, late, today, age))
    return groups


def _oldest() -> list[QueueRow]:
    return shown_rows(longest_waiting(), OLDEST, moment(0))


def longest_waiting() -> QuerySet[DeskCase]:
    """Resting ones included: what rests for long is what a supervisor looks for."""
    return DeskCase.objects.order_by("since", "review_id")
