"""Who would be contacted: exact counts for the screen, and who is left out for which reason.

One SELECT (``candidates``) serves the live count, the sample and the freeze, so that what was shown is what is frozen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db import connection

from keizoku.campaigns.audiences.fields import ACTIVE, TABLES, readable_fields
from keizoku.campaigns.rules import CHANNEL_FACT, CoursePlan, cost_at_most
from keizoku.kernel.conditions.reading import Json, parse
from keizoku.kernel.conditions.sql import to_sql
from keizoku.reviews.rules.states import NOT_FINAL

# Every active customer who meets the conditions, with the first reason against contacting, or NULL. Sets of few rows are
# joined or hashed once, not probed for each customer: asked for a million, a probe each takes a second.
_CANDIDATES = """
SELECT f.customer_id AS id, {wanted}, {course} AS course,
       COALESCE(
           stop.reason,
           CASE WHEN f.customer_id IN (SELECT r.customer_id FROM reviews_review r WHERE r.state = ANY(%s))
                THEN 'open_review' END,
           CASE WHEN f.kind = 'corporation' THEN 'no_questionnaire' END,
           CASE WHEN NOT ({known}) THEN 'no_channel' END,
           CASE WHEN NOT ({reachable}) THEN 'consent_withdrawn' END
       ) AS reason{also}
FROM {tables}
LEFT JOIN (
    SELECT DISTINCT ON (customer_id) customer_id, reason FROM customers_contactstop
    WHERE campaign_id IS NULL ORDER BY customer_id, id
) stop ON stop.customer_id = f.customer_id
{choosing}
WHERE {active} AND ({condition})
"""


@dataclass(frozen=True, slots=True)
class Preview:
    """Counts for the screen. ``reachable`` by channel among the included; ``cost_yen`` at most, if nobody answers early."""

    matching: int
    included: int
    excluded: dict[str, int]
    reachable: dict[str, int]
    cost_yen: Decimal


def preview(
    audience: Json, channels: Sequence[str], today: date, prices: Mapping[str, Decimal] = MappingProxyType({})
) -> Preview:
    """The exact counts now; nothing is written. ``prices``: channel → yen a delivery; without it, of one message."""
    people, parameters = candidates(audience, channels, today)
    reach = ", ".join(f"count(*) FILTER (WHERE reach_{channel})" for channel in CHANNEL_FACT)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT reason, count(*), {reach} FROM ({people}) AS candidate GROUP BY reason",  # noqa: S608
            parameters,
        )
        rows = cursor.fetchall()
    included, *reached = next((row[1:] for row in rows if row[0] is None), (0,) * (1 + len(CHANNEL_FACT)))
    excluded = {row[0]: row[1] for row in rows if row[0] is not None}
    return _preview(included, excluded, dict(zip(CHANNEL_FACT, reached, strict=True)), channels, prices)


def _preview(
    included: int,
    excluded: dict[str, int],
    reached: Mapping[str, int],
    channels: Sequence[str],
    prices: Mapping[str, Decimal],
) -> Preview:
    reachable = {channel: reached[channel] for channel in channels}
    told = [prices.get(channel, settings.MESSAGE_PRICE_YEN[channel]) for channel in channels]
    return Preview(
        matching=included + sum(excluded.values()),
        included=included,
        excluded=excluded,
        reachable=reachable,
        cost_yen=cost_at_most([reachable[channel] for channel in channels], told),
    )


def matching(audience: Json, today: date) -> int:
    """How many active customers meet the conditions, whether or not they may be contacted."""
    fields = readable_fields()
    condition, parameters = to_sql(parse(audience, fields), fields, today)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {TABLES} WHERE {ACTIVE} AND ({condition})",  # noqa: S608 - fields of ours
            parameters,
        )
        (count,) = cursor.fetchone()
    return int(count)


def preview_of_frozen(campaign_id: int, channels: Sequence[str], prices: Mapping[str, Decimal]) -> Preview:
    """The counts of what was frozen: its people never change, their channels are those of now."""
    reach = ", ".join(f"count(*) FILTER (WHERE {wanted(channel)})" for channel in CHANNEL_FACT)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), {reach} "  # noqa: S608 - channels of ours
            "FROM campaigns_audience a JOIN customers_fact f ON f.customer_id = a.customer_id "
            "WHERE a.campaign_id = %s",
            [campaign_id],
        )
        included, *reached = cursor.fetchone()
        cursor.execute(
            "SELECT reason, count(*) FROM campaigns_exclusion WHERE campaign_id = %s GROUP BY reason",
            [campaign_id],
        )
        excluded = dict(cursor.fetchall())
    return _preview(included, excluded, dict(zip(CHANNEL_FACT, reached, strict=True)), channels, prices)


def wanted(channel: str) -> str:
    """There is an address for the channel (LINE: or a linked account), and its consent was not withdrawn; over ``f``."""
    stopped = f"SELECT u.customer_id FROM customers_channelstop u WHERE u.channel = '{channel}'"  # noqa: S608 - ours
    linked = "SELECT l.customer_id FROM customers_linelink l WHERE l.state = 'linked'"
    has = f"f.{CHANNEL_FACT[channel]}"
    has = f"({has} OR f.customer_id IN ({linked}))" if channel == "line" else has
    return f"({has} AND f.customer_id NOT IN ({stopped}))"


def candidates(
    audience: Json,
    channels: Sequence[str],
    today: date,
    courses: Sequence[CoursePlan] = (),
    also: Mapping[str, Json] = MappingProxyType({}),
) -> tuple[str, list[Any]]:
    """A SELECT of (id, reach_<channel> …, course, reason or NULL, …) of everybody who meets the conditions, and its values.

    Args:
        audience: the conditions.
        channels: by which of them somebody can be reached at all, where there are no courses.
        today: the business day for conditions about days.
        courses: asked in their order; each decides its own people's channels.
        also: column → condition, shown as true or false.
    """
    fields = readable_fields()
    condition, parameters = to_sql(parse(audience, fields), fields, today)
    channels_of = [[step.channel for step in course.steps] for course in courses] or [list(channels)]
    choosing, chosen = _choosing(courses, today)
    columns, shown = [], []
    for name, asked in also.items():
        sql, values = to_sql(parse(asked, fields), fields, today)
        columns.append(f", ({sql}) IS TRUE AS {name}")
        shown += values
    text = _CANDIDATES.format(
        course="k.course" if choosing else "1",
        choosing=choosing,
        also="".join(columns),
        known=_by_course([_any_of(f"f.{CHANNEL_FACT[c]}" for c in one) for one in channels_of]),
        reachable=_by_course([_any_of(wanted(c) for c in one) for one in channels_of]),
        wanted=", ".join(f"{wanted(channel)} AS reach_{channel}" for channel in CHANNEL_FACT),
        tables=TABLES,
        active=ACTIVE,
        condition=condition,
    )
    return text, [sorted(str(state) for state in NOT_FINAL), *shown, *chosen, *parameters]


def _choosing(courses: Sequence[CoursePlan], today: date) -> tuple[str, list[Any]]:
    """The join that gives each customer the first course whose condition holds; none where there is one course only."""
    if len(courses) < 2:  # noqa: PLR2004 - one course takes everybody
        return "", []
    fields = readable_fields()
    parts, parameters = [], []
    for ordinal, course in enumerate(courses[:-1], start=1):
        assert course.condition is not None
        sql, values = to_sql(parse(course.condition, fields), fields, today)
        parts.append(f"WHEN {sql} THEN {ordinal}")
        parameters += values
    # OFFSET 0 keeps the expression from being written out wherever the course is read.
    return (
        f" CROSS JOIN LATERAL (SELECT CASE {' '.join(parts)} ELSE {len(courses)} END AS course OFFSET 0) k",
        list(parameters),
    )


def _by_course(expressions: Sequence[str]) -> str:
    if len(expressions) == 1:
        return expressions[0]
    cases = " ".join(f"WHEN {place} THEN ({sql})" for place, sql in enumerate(expressions, start=1))
    return f"CASE k.course {cases} END"


def _any_of(expressions: Iterable[str]) -> str:
    return " OR ".join(expressions) or "false"
