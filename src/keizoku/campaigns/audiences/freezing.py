"""The one-time freeze of an audience: its partition, its exclusions, its digest; and the thaw of an unapproved one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from keizoku.campaigns.audiences.counting import candidates
from keizoku.campaigns.rules import CoursePlan
from keizoku.kernel.conditions.reading import Json


@dataclass(frozen=True, slots=True)
class Frozen:
    """The audience's size, how many were left out, and the SHA-256 over "seq:customer:course" lines in order."""

    count: int
    excluded: int
    digest: str


def freeze(
    campaign_id: int,
    audience: Json,
    channels: Sequence[str],
    today: date,
    courses: Sequence[CoursePlan] = (),
) -> Frozen:
    """Write the campaign's partition and its exclusions in one statement; the caller holds the transaction.

    ``courses`` decide who belongs to which and by which channels; without any, everybody is in the first, by ``channels``.
    """
    people, parameters = candidates(audience, channels, today, courses)
    leaf = f"campaigns_audience_{int(campaign_id)}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT campaigns_open_audience(%s)", [campaign_id])
        cursor.execute(
            f"""
            WITH candidate AS MATERIALIZED ({people}), excluded AS (
                INSERT INTO campaigns_exclusion (campaign_id, customer_id, reason)
                SELECT %s, id, reason FROM candidate WHERE reason IS NOT NULL RETURNING 1
            ), included AS (
                INSERT INTO {leaf} (campaign_id, seq, customer_id, course)
                SELECT %s, row_number() OVER (ORDER BY id), id, course FROM candidate WHERE reason IS NULL RETURNING 1
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
            "SELECT encode(sha256(convert_to(COALESCE("
            "string_agg(seq || ':' || customer_id || ':' || course, E'\\n' ORDER BY seq), ''), "
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
