"""The table as values: methods, and by statute the intervals in which the law knows each under which letter.

A row is one method in one interval of one statute. Its key names it ("proceeds_of_crime/IC_FACE/2027-04-01"), its digest is
over all that it says: whoever confirmed a row confirmed these words, and a changed row is unconfirmed again.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import TypeVar

from keizoku.identity.methods.rules.codes import Channel, Evidence, Mark, Registration, Who

One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Method:
    """One way to verify, under a name of our own that no amendment moves.

    Attributes:
        preference: the smaller, the sooner it is offered; no two are alike.
        starts_on: whether it is in use until two people say otherwise.
        least_age: below it there is no certificate, None: any age.
    """

    id: str
    name: str
    channel: Channel
    preference: int
    starts_on: bool
    least_age: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where something is known from: a title, where the primary text stands, and how well it is known."""

    title: str
    url: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Row:
    """One method in one interval of one statute.

    Attributes:
        letter: the law's own, "" where nobody knows it yet: such a row cannot be confirmed.
        published: letters that were printed for it and never came into force; for the search alone.
        until: last day, None where no end is known.
        evidence: all of these groups, of each group one.
        is_limited: only for the transactions that the rule names.
        is_read: the primary text was read by whoever wrote the table.
        ended_by: what ends it, where that is known.
    """

    statute: str
    method: str
    letter: str
    published: tuple[str, ...]
    valid_from: date
    until: date | None
    who: tuple[Who, ...]
    evidence: tuple[tuple[Evidence, ...], ...]
    requires: tuple[Registration, ...]
    is_limited: bool
    is_read: bool
    source: Source
    ended_by: Source | None
    note: str

    @property
    def key(self) -> str:
        return f"{self.statute}/{self.method}/{self.valid_from.isoformat()}"

    @property
    def digest(self) -> str:
        """SHA-256 of the row's canonical JSON."""
        return hashlib.sha256(canonical(asdict(self)).encode()).hexdigest()

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Ended:
    """A method that a statute knew and let go before the table begins: it says since when, and by what."""

    method: str
    on: date
    source: Source


@dataclass(frozen=True, slots=True)
class Statute:
    """One law's part of the table; it says nothing of days before ``covers_from``."""

    id: str
    name: str
    article: str
    edition: int
    covers_from: date
    primary: str
    keeping: str
    note: str
    rows: tuple[Row, ...]
    ended: tuple[Ended, ...]

    def rows_of(self, method: str) -> tuple[Row, ...]:
        """The intervals of one method, the earliest first."""
        return tuple(
            sorted((row for row in self.rows if row.method == method), key=lambda row: row.valid_from)
        )

    def row_on(self, method: str, day: date) -> Row | None:
        return next((row for row in self.rows_of(method) if row.holds_on(day)), None)


@dataclass(frozen=True, slots=True)
class Practice:
    """What may be used where no statute verifies: ``words`` say that it is no verification by law."""

    use: str
    name: str
    methods: tuple[str, ...]
    words: str
    source: Source


@dataclass(frozen=True, slots=True)
class Table:
    """All of it. Made by ``reading.read``, which refuses what contradicts itself."""

    methods: tuple[Method, ...]
    statutes: tuple[Statute, ...]
    practices: tuple[Practice, ...]

    def method(self, method_id: str) -> Method:
        """Raises ``KeyError`` for a name that is not in the table."""
        return _only(method for method in self.methods if method.id == method_id)

    def statute(self, statute_id: str) -> Statute:
        """Raises ``KeyError`` for a statute that is not in the table."""
        return _only(statute for statute in self.statutes if statute.id == statute_id)

    def practice(self, use: str) -> Practice:
        """Raises ``KeyError`` for a use that is not in the table."""
        return _only(practice for practice in self.practices if practice.use == use)

    def row(self, key: str) -> Row:
        """Raises ``KeyError`` for a row that is not (any more) in the table."""
        return _only(row for statute in self.statutes for row in statute.rows if row.key == key)

    @property
    def scopes(self) -> dict[str, str]:
        """Where a method can be switched on and off: each statute and each use without one, in words."""
        return {one.id: one.name for one in self.statutes if one.rows} | {
            one.use: one.name for one in self.practices
        }


def canonical(value: object) -> str:
    """JSON in which the same content is the same text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _only(found: Iterable[One]) -> One:
    for one in found:
        return one
    raise KeyError
