"""Who would be contacted: counts for the screen, the one-time freeze, and who is left out for which reason.

One SELECT (``CANDIDATES``) serves the live count and the freeze, so that what was shown is what is frozen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db import connection

from keizoku.campaigns.rules import CHANNEL_FACT, cost_at_most
from keizoku.kernel.conditions.reading import Json, parse
from keizoku.kernel.conditions.sql import to_sql
from keizoku.reviews.rules.states import NOT_FINAL
from keizoku.risk.fields import AUDIENCE_TABLES
from keizoku.risk.registry import readable_fields

# Every active customer who meets the conditions, with the first reason against contacting, or NULL.
_CANDIDATES = """
SELECT c.id, {wanted},
       COALESCE(
           (SELECT stop.reason FROM customers_contactstop stop
            WHERE stop.customer_id = c.id AND stop.campaign_id IS NULL LIMIT 1),
           CASE WHEN EXISTS (SELECT FROM reviews_review r WHERE r.customer_id = c.id AND r.state = ANY(%s))
                THEN 'open_review' END,
           CASE WHEN c.kind = 'corporation' THEN 'no_questionnaire' END,
           CASE WHEN NOT ({known}) THEN 'no_channel' END,
           CASE WHEN NOT ({reachable}) THEN 'consent_withdrawn' END
       ) AS reason
FROM {tables}
WHERE c.state = 'active' AND ({condition})
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
    candidates, parameters = _candidates(audience, channels, today)
    reach = ", ".join(f"count(*) FILTER (WHERE reach_{channel})" for channel in CHANNEL_FACT)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT reason, count(*), {reach} FROM ({candidates}) AS candidate GROUP BY reason",  # noqa: S608
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


def preview_of_frozen(campaign_id: int, channels: Sequence[str], prices: Mapping[str, Decimal]) -> Preview:
    """The counts of what was frozen: its people never change, their channels are those of now."""
    reach = ", ".join(f"count(*) FILTER (WHERE {_wanted(channel)})" for channel in CHANNEL_FACT)
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


@dataclass(frozen=True, slots=True)
class Frozen:
    """The audience's size, how many were left out, and the SHA-256 over "seq:customer" lines in order."""

    count: int
    excluded: int
    digest: str


def freeze(campaign_id: int, audience: Json, channels: Sequence[str], today: date) -> Frozen:
    """Write the campaign's partition and its exclusions in one statement; the caller holds the transaction."""
    candidates, parameters = _candidates(audience, channels, today)
    leaf = f"campaigns_audience_{int(campaign_id)}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT campaigns_open_audience(%s)", [campaign_id])
        cursor.execute(
            f"""
            WITH candidate AS MATERIALIZED ({candidates}), excluded AS (
                INSERT INTO campaigns_exclusion (campaign_id, customer_id, reason)
                SELECT %s, id, reason FROM candidate WHERE reason IS NOT NULL RETURNING 1
            ), included AS (
                INSERT INTO {leaf} (campaign_id, seq, customer_id)
                SELECT %s, row_number() OVER (ORDER BY id), id FROM candidate WHERE reason IS NULL RETURNING 1
            ) SELECT (SELECT count(*) FROM included), (SELECT count(*) FROM excluded)
            """,  # noqa: S608 - the leaf's name is made of an integer
            [*parameters, campaign_id, campaign_id],
        )
        (count, excluded) = cursor.fetchone()
        cursor.execute("SELECT campaigns_close_audience(%s)", [campaign_id])
    return Frozen(count, excluded, digest_of(campaign_id))


def digest_of(campaign_id: int) -> str:
    """The frozen audience's digest, computed anew; the approval compares it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(sha256(convert_to(COALESCE(string_agg(seq || ':' || customer_id, E'\\n' ORDER BY seq), ''), "
            "'UTF8')), 'hex') FROM campaigns_audience WHERE campaign_id = %s",
            [campaign_id],
        )
        (digest,) = cursor.fetchone()
    assert isinstance(digest, str)
    return digest


def thaw(campaign_id: int) -> None:
    """Drop an unapproved campaign's audience and exclusions; the database refuses it for an approved one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT campaigns_drop_audience(%s)", [campaign_id])
        cursor.execute("DELETE FROM campaigns_exclusion WHERE campaign_id = %s", [campaign_id])


def _wanted(channel: str) -> str:
    """There is an address for the channel, and its consent was not withdrawn; over ``f``."""
    stopped = (
        f"SELECT FROM customers_channelstop u WHERE u.customer_id = f.customer_id AND u.channel = '{channel}'"
    )
    return f"(f.{CHANNEL_FACT[channel]} AND NOT EXISTS ({stopped}))"


def _candidates(audience: Json, channels: Sequence[str], today: date) -> tuple[str, list[Any]]:
    fields = readable_fields()
    condition, parameters = to_sql(parse(audience, fields), fields, today)
    known = " OR ".join(f"f.{CHANNEL_FACT[channel]}" for channel in channels) or "false"
    reachable = " OR ".join(_wanted(channel) for channel in channels) or "false"
    text = _CANDIDATES.format(
        known=known,
        reachable=reachable,
        wanted=", ".join(f"{_wanted(channel)} AS reach_{channel}" for channel in CHANNEL_FACT),
        tables=AUDIENCE_TABLES,
        condition=condition,
    )
    return text, [sorted(str(state) for state in NOT_FINAL), *parameters]
