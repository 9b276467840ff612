"""Who is due when, page by page in the order of the due days; active customers only.

Tells the level and the day, as every screen does, and not what they rest on (ADR 0012).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from keizoku.risk.rules.scale import Level


@dataclass(frozen=True, slots=True)
class DueFilter:
    """What a page is narrowed to; empty means everybody. ``until`` includes its day."""

    levels: Sequence[Level] = ()
    kinds: Sequence[str] = ()
    prefectures: Sequence[int] = ()
    until: date | None = None


@dataclass(frozen=True, slots=True)
class DueRow:
    customer_id: int
    level: Level
    is_provisional: bool
    due_on: date
    planned_on: date
    kind: str
    prefecture: int


_PAGE = """
    SELECT s.customer_id, s.level, s.is_provisional, s.due_on, s.planned_on, f.kind, f.prefecture
    FROM risk_standing s
    JOIN customers_customer c ON c.id = s.customer_id AND c.state = 'active'
    JOIN customers_fact f ON f.customer_id = s.customer_id
    WHERE (s.due_on, s.customer_id) > (%(day)s, %(customer)s)
      AND (%(levels)s::text[] IS NULL OR s.level = ANY(%(levels)s))
      AND (%(kinds)s::text[] IS NULL OR f.kind = ANY(%(kinds)s))
      AND (%(prefectures)s::int[] IS NULL OR f.prefecture = ANY(%(prefectures)s))
      AND (%(until)s::date IS NULL OR s.due_on <= %(until)s)
    ORDER BY s.due_on, s.customer_id
    LIMIT %(limit)s
"""


def due_page(narrowed: DueFilter, after: tuple[date, int] | None, limit: int) -> list[DueRow]:
    """The next ``limit`` rows behind (due day, customer)."""
    day, customer = after or (date.min, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            _PAGE,
            {
                "day": day,
                "customer": customer,
                "levels": [level.value for level in narrowed.levels] or None,
                "kinds": list(narrowed.kinds) or None,
                "prefectures": list(narrowed.prefectures) or None,
                "until": narrowed.until,
                "limit": limit,
            },
        )
        return [DueRow(customer_id, Level(level), *rest) for customer_id, level, *rest in cursor.fetchall()]
