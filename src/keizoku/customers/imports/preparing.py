"""A batch of a file's rows made ready for the database: judged, encrypted, indexed, packed for COPY.

Pure of the database and of Django, so that other processes can do it; needs the keyring. Whoever calls has looked up
which customer numbers are known and has reserved an id for every other row, since every blob is bound to its
customer's id.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from keizoku.customers import sealing
from keizoku.customers.attributes.rules.definition import Stored
from keizoku.customers.fields import ENCRYPTED_FIELDS
from keizoku.customers.imports import binary_rows as packed
from keizoku.customers.imports.rules.attribute_cells import AttributeColumn, read_cells
from keizoku.customers.imports.rules.columns import Header
from keizoku.customers.imports.rules.parsed import ParsedRow
from keizoku.customers.imports.rules.rejections import Rejection
from keizoku.customers.imports.rules.rows import read_row
from keizoku.customers.imports.rules.table import Record

FACTS: Final = (
    "kind",
    "birth_year",
    "birth_month",
    "prefecture",
    "nationality",
    "residence_expires_on",
    "occupation",
    "purpose",
    "products",
    "branch",
    "opened_on",
    "confirmed_on",
    "has_mobile",
    "has_email",
    "has_address",
)
CHANNELS: Final = ("phone", "email", "address")
# Target of each COPY → nothing else writes these in an import of new customers.
TARGETS: Final = (
    "customers_customer (id, number_token, kind, state, version, created_at)",
    "customers_recordversion (customer_id, version, source, as_of, written_at, written_by, exceptions, digests, "
    + ", ".join(ENCRYPTED_FIELDS)
    + ")",
    f"customers_fact (customer_id, foreign_remittance, {', '.join(FACTS)})",
    "customers_lookup (kind, token, customer_id)",
    "customers_contactpoint (customer_id, channel, state, evidence, changed_at)",
    "customers_contactstop (customer_id, campaign_id, reason, created_at)",
    "customers_nametoken (token, customer_id)",
)
_CUSTOMER: Final = packed.columns(6)
_VERSION: Final = packed.columns(8 + len(ENCRYPTED_FIELDS))
_LOOKUP: Final = packed.columns(3)
_POINT: Final = packed.columns(5)
_STOP: Final = packed.columns(4)
_ACTIVE: Final = packed.text("active")
_UNVERIFIED: Final = packed.text("unverified")
_OPTED_OUT: Final = packed.text("opted_out")
_NOTHING: Final = packed.text("")
_FIRST_VERSION: Final = packed.integer(1)
_NO_EXCEPTIONS: Final = packed.jsonb({})


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What holds for every row of one file; in a dry run nothing is encrypted or packed."""

    header: Header
    as_of: date
    written_at: datetime
    written_by: str
    is_dry: bool = False
    attributes: tuple[AttributeColumn, ...] = ()
    source: str = "core_system"


@dataclass(frozen=True, slots=True, repr=False)
class Numbered:
    """One row with the customer it is about: one that exists, or an id reserved for a new one."""

    record: Record
    customer_id: int
    is_known: bool
    is_duplicate: bool


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """What the file says of a customer who exists."""

    customer_id: int
    values: Mapping[str, str | None]
    digests: Mapping[str, str]
    facts: Mapping[str, Any]
    contact_stopped: bool


@dataclass(slots=True, repr=False)
class Ready:
    """One batch: rows for COPY by ``TARGETS``, what is told of known customers, and the rows not taken."""

    copies: tuple[bytes, ...] = ()
    told: list[Told] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    created: int = 0
    warnings: int = 0
    # (customer, last day) of relations that the file says have ended
    ended: list[tuple[int, date]] = field(default_factory=list)
    # of each customer what the file's further columns say
    attributes: list[tuple[int, dict[str, Stored]]] = field(default_factory=list)


def prepare(rows: Iterable[Numbered], file: FileFacts) -> Ready:
    """Make one batch ready; rows keep the file's order."""
    ready = Ready()
    fresh: list[tuple[int, ParsedRow, dict[str, str | None]]] = []
    for row in rows:
        # Only a duplicate's number is "seen", and only its own; the caller has compared numbers across batches.
        seen = _SeenBefore() if row.is_duplicate else None
        outcome = read_row(row.record, file.header, today=file.as_of, seen=seen)
        if isinstance(outcome, Rejection):
            ready.rejections.append(outcome)
            continue
        if file.attributes:
            told = read_cells(row.record, file.attributes)
            if isinstance(told, Rejection):
                ready.rejections.append(told)
                continue
            ready.attributes.append((row.customer_id, told))
        ready.warnings += bool(outcome.warnings)
        if outcome.closed_on is not None:
            ready.ended.append((row.customer_id, outcome.closed_on))
        values = values_of(outcome)
        if row.is_known:
            facts, digests = facts_of(outcome), sealing.digests(values)
            ready.told.append(Told(row.customer_id, values, digests, facts, outcome.contact_stopped))
        else:
            fresh.append((row.customer_id, outcome, values))
    ready.created = len(fresh)
    if fresh and not file.is_dry:
        ready.copies = _packed(fresh, file)
    return ready


def values_of(row: ParsedRow) -> dict[str, str | None]:
    """The record's encrypted fields as text."""
    return {
        "number": row.number,
        "name": row.name.reveal(),
        "kana": row.name.reveal_kana(),
        "birth_date": row.birth_date.reveal(),
        "postal_code": row.address.reveal_postal_code(),
        "address": row.address.reveal(),
        "phone": row.phone.reveal() if row.phone else None,
        "email": row.email.reveal().lower() if row.email else None,
        "account": f"{row.branch}-{row.account}",
    }


def facts_of(row: ParsedRow) -> dict[str, Any]:
    """The facts that a file declares, by ``FACTS``."""
    born = row.birth_date.reveal_date()
    return {
        "kind": row.kind.value,
        "birth_year": born.year,
        "birth_month": born.month,
        "prefecture": int(row.prefecture_code),
        "nationality": row.nationality,
        "residence_expires_on": row.residence_expires_on,
        "occupation": row.occupation.value,
        "purpose": row.purpose.value,
        "products": [product.value for product in row.products],
        "branch": row.branch,
        "opened_on": row.opened_on,
        "confirmed_on": row.last_confirmed_on,
        "has_mobile": row.is_sms_capable,
        "has_email": row.email is not None,
        "has_address": bool(row.address.reveal()),
    }


class _SeenBefore(set[int]):
    """Holds every number: the row's own was met earlier in the file."""

    def __contains__(self, number: object) -> bool:
        return True


def _packed(rows: list[tuple[int, ParsedRow, dict[str, str | None]]], file: FileFacts) -> tuple[bytes, ...]:
    """The rows of each of ``TARGETS``. Joined by hand: a file's rows are a million times these lines."""
    customers, versions, facts, found, points, stops = [], [], [], [], [], []
    named: list[bytes] = []
    now = packed.instant(file.written_at)
    begun = b"".join((_ACTIVE, _FIRST_VERSION, now))
    written = b"".join(
        (
            _FIRST_VERSION,
            packed.text(file.source),
            packed.day(file.as_of),
            now,
            packed.text(file.written_by),
            _NO_EXCEPTIONS,
        )
    )
    point = {channel: b"".join((packed.text(channel), _UNVERIFIED, _NOTHING, now)) for channel in CHANNELS}
    stopped = b"".join((packed.NULL, _OPTED_OUT, now))
    for customer_id, row, values in rows:
        key = packed.bigint(customer_id)
        token = packed.blob(sealing.number_token(row.number))
        customers.append(b"".join((_CUSTOMER, key, token, packed.code(row.kind.value), begun)))
        sealed = sealing.seal(values, customer_id, 1)
        versions.append(
            b"".join((_VERSION, key, written, _digests(values), *map(packed.blob, sealed.values())))
        )
        facts.append(_fact(key, row))
        found += [
            b"".join((_LOOKUP, packed.code(kind), packed.blob(token), key))
            for kind, token in sealing.lookups(customer_id, values)
        ]
        named += [packed.name_token(token, customer_id) for token in sealing.name_tokens(values)]
        points += [b"".join((_POINT, key, rest)) for channel, rest in point.items() if values[channel]]
        if row.contact_stopped:
            stops.append(b"".join((_STOP, key, stopped)))
    # In the index's own order: neighbours share its pages.
    found.sort()
    named.sort()
    tables = (customers, versions, facts, found, points, stops, named)
    return tuple(b"".join((packed.HEADER, *table, packed.TRAILER)) if table else b"" for table in tables)


def _digests(values: Mapping[str, str | None]) -> bytes:
    """A version's digests as JSON, in which names and hexadecimal digits need no escape."""
    pairs = ", ".join([f'"{name}": "{digest}"' for name, digest in sealing.digests(values).items()])
    return packed.jsonb_text("{" + pairs + "}")


def _fact(key: bytes, row: ParsedRow) -> bytes:
    """Columns as the third of ``TARGETS`` names them; values as ``facts_of`` tells them."""
    fact = facts_of(row)
    return packed.row(
        key,
        packed.boolean(fact["purpose"] == "foreign_remittance"),
        packed.code(fact["kind"]),
        packed.smallint(fact["birth_year"]),
        packed.smallint(fact["birth_month"]),
        packed.smallint(fact["prefecture"]),
        packed.code(fact["nationality"]),
        packed.day(fact["residence_expires_on"]),
        packed.code(fact["occupation"]),
        packed.code(fact["purpose"]),
        packed.codes(tuple(fact["products"])),
        packed.code(fact["branch"]),
        packed.day(fact["opened_on"]),
        packed.day(fact["confirmed_on"]),
        packed.boolean(fact["has_mobile"]),
        packed.boolean(fact["has_email"]),
        packed.boolean(fact["has_address"]),
    )
