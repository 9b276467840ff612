"""Who would be contacted: exact counts for the screen, and who is left out for which reason.

Two statements by the same rules: ``candidates`` names each customer, for the sample, a journey's reach and the freeze;
``preview`` only counts, by sets of flags and the few exceptions, since a screen asks at each click. A test holds them equal.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from keizoku.campaigns.audiences.fields import ACTIVE, TABLES, readable_fields
from keizoku.campaigns.rules import CHANNEL_FACT, CoursePlan, cost_at_most
from keizoku.forms import queries as forms
from keizoku.kernel.conditions.reading import Json, parse
from keizoku.kernel.conditions.sql import to_sql
from keizoku.reviews.rules.states import NOT_FINAL

# Every active customer who meets the conditions, with what speaks against contacting. The database hashes the small sets
# that are asked with EXISTS where that is quicker than a probe for each customer (a second for a million).
_FACTS = """
SELECT f.customer_id AS id, {wanted}, {course} AS course, stop.reason AS stopped,
       EXISTS (SELECT FROM reviews_review r WHERE r.customer_id = f.customer_id AND r.state = ANY(%s)) AS is_open,
       {unasked} AS is_unasked, ({known}) IS TRUE AS is_known, ({reachable}) IS TRUE AS is_reachable{also}
FROM {tables}
LEFT JOIN (
    SELECT DISTINCT ON (customer_id) customer_id, reason FROM customers_contactstop
    WHERE campaign_id IS NULL ORDER BY customer_id, id
) stop ON stop.customer_id = f.customer_id
{choosing}
WHERE {active} AND ({condition})
"""
# The first of these that applies is the reason; none: he is contacted.
_REASON = """COALESCE(
    stopped, CASE WHEN is_open THEN 'open_review' WHEN is_unasked THEN 'no_questionnaire'
                  WHEN NOT is_known THEN 'no_channel' WHEN NOT is_reachable THEN 'consent_withdrawn' END)"""
_ENDED, _OPEN, _LINKED = 1, 2, 4  # marks of ``_exceptions``, beside one for each channel
# A sort or a hash of a million customers fits; the default of 4 MB would spill, or probe for each row.
_MEMORY = "SET LOCAL work_mem = '256MB'"


@dataclass(frozen=True, slots=True)
class Preview:
    """Counts for the screen. ``reachable`` by channel among the included; ``cost_yen`` at most, if nobody answers early."""

    matching: int
    included: int
    excluded: dict[str, int]
    reachable: dict[str, int]
    cost_yen: Decimal


def preview(audience: Json, channels: Sequence[str], today: date) -> Preview:
    """The exact counts now, and what one plain message by each channel costs; nothing is written."""
    fields = readable_fields()
    condition, parameters = to_sql(parse(audience, fields), fields, today)
    addresses = sorted(set(CHANNEL_FACT.values()))
    flags = ", ".join(("x.stopped", "x.marks", "f.kind <> ALL(%s)", *(f"f.{name}" for name in addresses)))
    with counting() as cursor:
        cursor.execute(
            f"SELECT count(*), {flags} FROM {TABLES} "  # noqa: S608 - names of this module
            f"LEFT JOIN ({_exceptions()}) x ON x.customer_id = f.customer_id WHERE ({condition}) "
            f"GROUP BY {', '.join(map(str, range(2, 5 + len(addresses))))}",
            [forms.kinds_asked(), sorted(str(state) for state in NOT_FINAL), *parameters],
        )
        rows = cursor.fetchall()
    included, excluded, reach = 0, dict[str, int](), dict.fromkeys(CHANNEL_FACT, 0)
    for people, stopped, marked, is_unasked, *held in rows:
        marks = marked or 0
        if marks & _ENDED:
            continue
        known = dict(zip(addresses, held, strict=True))
        wants = {
            channel: (known[fact] or (channel == "line" and bool(marks & _LINKED)))
            and not marks & _mark_of(channel)
            for channel, fact in CHANNEL_FACT.items()
        }
        reason = stopped or _reason(
            is_open=bool(marks & _OPEN),
            is_unasked=is_unasked,
            is_known=any(known[CHANNEL_FACT[channel]] for channel in channels),
            is_reachable=any(wants[channel] for channel in channels),
        )
        if reason:
            excluded[reason] = excluded.get(reason, 0) + people
            continue
        included += people
        for channel, can in wants.items():
            reach[channel] += people if can else 0
    reachable = {channel: reach[channel] for channel in channels}
    return Preview(
        matching=included + sum(excluded.values()),
        included=included,
        excluded=excluded,
        reachable=reachable,
        cost_yen=cost_at_most(
            list(reachable.values()), [settings.MESSAGE_PRICE_YEN[channel] for channel in reachable]
        ),
    )


def _reason(*, is_open: bool, is_unasked: bool, is_known: bool, is_reachable: bool) -> str:
    """``_REASON`` for one group of customers."""
    if is_open:
        return "open_review"
    if is_unasked:
        return "no_questionnaire"
    if not is_known:
        return "no_channel"
    return "" if is_reachable else "consent_withdrawn"


def _exceptions() -> str:
    """Whoever is not simply there: one row each with marks, so that counting a million customers probes once for each.

    Asking the four tables for each customer takes five times as long (measured).
    """
    marks = " ".join(f"WHEN '{channel}' THEN {_mark_of(channel)}" for channel in CHANNEL_FACT)
    return f"""
    SELECT customer_id, max(stopped) AS stopped, bit_or(marks) AS marks FROM (
        SELECT id AS customer_id, NULL::text AS stopped, {_ENDED} AS marks
        FROM customers_customer WHERE state <> 'active'
        UNION ALL
        (SELECT DISTINCT ON (customer_id) customer_id, reason, 0 FROM customers_contactstop
         WHERE campaign_id IS NULL ORDER BY customer_id, id)
        UNION ALL
        SELECT customer_id, NULL, {_OPEN} FROM reviews_review WHERE state = ANY(%s)
        UNION ALL
        SELECT customer_id, NULL, {_LINKED} FROM customers_linelink WHERE state = 'linked'
        UNION ALL
        SELECT customer_id, NULL, CASE channel {marks} ELSE 0 END FROM customers_channelstop
    ) marked GROUP BY customer_id
    """  # noqa: S608 - numbers and channels of this module


def _mark_of(channel: str) -> int:
    return 8 << list(CHANNEL_FACT).index(channel)


@contextmanager
def counting() -> Iterator[CursorWrapper]:
    """A cursor whose statements may use the memory that counting over everybody takes."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_MEMORY)
        yield cursor


def matching(audience: Json, today: date) -> int:
    """How many active customers meet the conditions, whether or not they may be contacted."""
    fields = readable_fields()
    condition, parameters = to_sql(parse(audience, fields), fields, today)
    with counting() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {TABLES} WHERE {ACTIVE} AND ({condition})",  # noqa: S608 - fields of ours
            parameters,
        )
        (count,) = cursor.fetchone()
    return int(count)


def wanted(channel: str) -> str:
    """There is an address for the channel (LINE: or a linked account), and its consent was not withdrawn; over ``f``."""
    stopped = (
        f"SELECT FROM customers_channelstop u WHERE u.customer_id = f.customer_id AND u.channel = '{channel}'"
    )
    linked = "SELECT FROM customers_linelink l WHERE l.customer_id = f.customer_id AND l.state = 'linked'"
    has = f"f.{CHANNEL_FACT[channel]}"
    has = f"({has} OR EXISTS ({linked}))" if channel == "line" else has
    return f"({has} AND NOT EXISTS ({stopped}))"


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
    facts, parameters, shown = _facts(audience, channels, today, courses, also)
    reached = ", ".join(f"reach_{channel}" for channel in CHANNEL_FACT)
    columns = f"id, {reached}, course, {_REASON} AS reason{''.join(f', {name}' for name in shown)}"
    return f"SELECT {columns} FROM ({facts}) AS fact", parameters  # noqa: S608 - names of this module


def _facts(
    audience: Json,
    channels: Sequence[str],
    today: date,
    courses: Sequence[CoursePlan] = (),
    also: Mapping[str, Json] = MappingProxyType({}),
) -> tuple[str, list[Any], list[str]]:
    """The SELECT of everybody with what speaks against each, its values, and the names of what is shown beside."""
    fields = readable_fields()
    condition, parameters = to_sql(parse(audience, fields), fields, today)
    channels_of = [[step.channel for step in course.steps] for course in courses] or [list(channels)]
    choosing, chosen = _choosing(courses, today)
    columns, shown = [], []
    for name, asked in also.items():
        sql, values = to_sql(parse(asked, fields), fields, today)
        columns.append(f", ({sql}) IS TRUE AS {name}")
        shown += values
    text = _FACTS.format(
        course="k.course" if choosing else "1",
        choosing=choosing,
        also="".join(columns),
        unasked=_by_course(["f.kind <> ALL(%s)"] * len(channels_of)),
        known=_by_course([_any_of(f"f.{CHANNEL_FACT[c]}" for c in one) for one in channels_of]),
        reachable=_by_course([_any_of(wanted(c) for c in one) for one in channels_of]),
        wanted=", ".join(f"{wanted(channel)} AS reach_{channel}" for channel in CHANNEL_FACT),
        tables=TABLES,
        active=ACTIVE,
        condition=condition,
    )
    open_states = sorted(str(state) for state in NOT_FINAL)
    kinds = [forms.kinds_asked(course.questionnaire) for course in courses] or [forms.kinds_asked()]
    return text, [open_states, *kinds, *shown, *chosen, *parameters], list(also)


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
