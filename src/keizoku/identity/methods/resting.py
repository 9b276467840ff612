"""Whose last verification rests on which method: counts, and the customers of one, in pages and as a whole.

The last one is of each customer, legal use and statute: a later ongoing check does not hide on what the verification by law
rests. Ids and days alone; who reads them sees only customers of his branches.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection

from keizoku.customers.sight import seen_in_words
from keizoku.identity.methods.tables import table
from keizoku.identity.rules.purposes import LegalUse
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO

# The index identity_last_passed gives the order; {} is the reader's sight.
_LAST = """
SELECT DISTINCT ON (v.customer_id, v.legal_use, v.statute)
       v.customer_id, v.legal_use, v.statute, v.method, v.id, v.asked_at, v.state_since
FROM identity_verification v
WHERE v.state = 'passed' AND v.customer_id IS NOT NULL{}
ORDER BY v.customer_id, v.legal_use, v.statute, v.state_since DESC, v.id DESC
"""
_COUNTS = """
SELECT legal_use, statute, method, count(*), min(state_since), max(state_since) FROM ({last}) last
GROUP BY legal_use, statute, method ORDER BY legal_use DESC, statute, count(*) DESC, method
"""
_PEOPLE = """
SELECT customer_id, id, asked_at, state_since FROM ({last}) last
WHERE (legal_use, statute, method) = (%s, %s, %s) AND customer_id > %s ORDER BY customer_id LIMIT %s
"""
BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Ground:
    """A method on which verifications rest; "" where none was named (a capture that is no verification by law)."""

    legal_use: LegalUse
    statute: str
    method: str


@dataclass(frozen=True, slots=True)
class Resting:
    ground: Ground
    count: int
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class Rests:
    """One customer's last verification on a ground; ``letter`` is the law's of the day on which it was asked for."""

    customer_id: int
    verification_id: int
    letter: str
    verified_on: date


def counts(reader: Actor | None) -> list[Resting]:
    """On what how many rest; ``reader`` None sees everybody."""
    last, values = _last(reader)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS.format(last=last), values)
        return [
            Resting(
                Ground(LegalUse(legal_use), statute, method),
                count,
                first.astimezone(TOKYO).date(),
                newest.astimezone(TOKYO).date(),
            )
            for legal_use, statute, method, count, first, newest in cursor.fetchall()
        ]


def people(ground: Ground, reader: Actor | None, *, after: int = 0, limit: int = 50) -> list[Rests]:
    """The customers of one ground behind No. ``after``, by No."""
    last, values = _last(reader)
    with connection.cursor() as cursor:
        asked: list[list[str] | str | int] = [
            *values,
            ground.legal_use.value,
            ground.statute,
            ground.method,
            after,
            limit,
        ]
        cursor.execute(_PEOPLE.format(last=last), asked)
        return [
            Rests(
                customer_id,
                number,
                _letter(ground, asked_at.astimezone(TOKYO).date()),
                passed.astimezone(TOKYO).date(),
            )
            for customer_id, number, asked_at, passed in cursor.fetchall()
        ]


def everybody(ground: Ground, reader: Actor | None) -> Iterator[Rests]:
    """All customers of one ground, read in batches."""
    after = 0
    while found := people(ground, reader, after=after, limit=BATCH):
        yield from found
        after = found[-1].customer_id


def _last(reader: Actor | None) -> tuple[str, list[list[str]]]:
    words, values = seen_in_words(reader, "v.customer_id")
    return _LAST.format(words), values


def _letter(ground: Ground, day: date) -> str:
    if not ground.statute:
        return ""
    try:
        row = table().statute(ground.statute).row_on(ground.method, day)
    except KeyError:
        return ""
    return row.letter if row else ""
