"""Reads of the record. Whatever decrypts takes a grant, which only the audit gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import connection
from django.db.models import F

from keizoku.customers import sealing
from keizoku.customers.codes import (
    KIND_LABELS,
    OCCUPATION_LABELS,
    PRODUCT_LABELS,
    PURPOSE_LABELS,
    Kind,
    Occupation,
    Product,
    Purpose,
)
from keizoku.customers.contact.rules import in_words
from keizoku.customers.fields import ENCRYPTED_FIELDS
from keizoku.customers.linking import queries as linking
from keizoku.customers.models import (
    ContactPoint,
    ContactStop,
    Customer,
    Fact,
    Lookup,
    RecordVersion,
)
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.database import prepared
from keizoku.kernel.personal import (
    Addressee,
    EmailAddress,
    LineUser,
    PersonName,
    PhoneNumber,
    PostalAddress,
)
from keizoku.kernel.text import prefectures

FIELD_LABELS = {
    "number": "顧客番号",
    "name": "氏名",
    "kana": "氏名カナ",
    "birth_date": "生年月日",
    "postal_code": "郵便番号",
    "address": "住所",
    "phone": "電話番号",
    "email": "メールアドレス",
    "account": "口座(支店-番号)",
    "occupation": "職業",
    "purpose": "取引目的",
    "foreign_remittance": "海外送金の予定",
}
SOURCE_LABELS = dict(RecordVersion.Source.choices)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value came from, as of which day, and who wrote it (an actor's kind and id)."""

    source: str
    as_of: date
    by: str

    @property
    def words(self) -> str:
        return f"{SOURCE_LABELS[self.source]}({self.as_of.isoformat()}時点)"


@dataclass(frozen=True, slots=True)
class Record:
    """One customer's record as decrypted for a grant. ``values`` by field name, None where there is none."""

    customer_id: int
    version: int
    values: Mapping[str, str | None]
    provenance: Mapping[str, Provenance]


@dataclass(frozen=True, slots=True)
class Summary:
    """What may be shown of a customer without decrypting anything."""

    id: int
    kind: str
    state: str
    version: int
    prefecture: str
    occupation: str
    purpose: str
    products: tuple[str, ...]
    nationality: str
    residence_expires_on: date | None
    opened_on: date
    confirmed_on: date | None
    has_mobile: bool
    has_email: bool
    foreign_remittance: bool


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One state of the record in the timeline: when, by whom, which fields changed since the one before.

    ``source`` and ``as_of`` are those of what this version brought, not of what it kept.
    """

    version: int
    written_at: datetime
    written_by: str
    source: str
    as_of: date
    changed: tuple[str, ...]


def record(customer_id: int, grant: ReadGrant, fields: tuple[str, ...] = ENCRYPTED_FIELDS) -> Record:
    """The current version's fields, decrypted."""
    row = RecordVersion.objects.get(customer_id=customer_id, version=F("customer__version"))
    values = {name: sealing.unseal(row, name, grant) for name in fields}
    return Record(customer_id, row.version, values, provenance(row))


def provenance(row: RecordVersion) -> dict[str, Provenance]:
    """Field → source: the version's own, or its exception. Facts that a person declared are named too."""
    own = Provenance(row.source, row.as_of, row.written_by)
    exceptions = {
        name: Provenance(entry["source"], date.fromisoformat(entry["as_of"]), entry["by"])
        for name, entry in row.exceptions.items()
    }
    return dict.fromkeys(FIELD_LABELS, own) | exceptions


def sources_of(customer_id: int) -> dict[str, Provenance]:
    """Field or fact → where its current value came from; nothing is decrypted."""
    versions = RecordVersion.objects.filter(customer_id=customer_id)
    row = versions.get(version=F("customer__version"))
    found = provenance(row)
    # A version that a person wrote carries on what the last file told, and its writer did not tell that.
    told = versions.filter(written_by__startswith="import:").order_by("-version").first()
    if told is None or row.written_by.startswith("import:"):
        return found
    return {
        name: one if name in row.exceptions else replace(one, by=told.written_by)
        for name, one in found.items()
    }


def addresses(
    field: str, grant: ReadGrant
) -> Mapping[int, PhoneNumber | EmailAddress | LineUser | Addressee]:
    """Customer → phone number, mail address, or name and postal address, for the grant's subjects who have one.

    Of "line" the account that a customer has linked, and the phone number of whoever has linked none.
    """
    if field == "line":
        return {**addresses("phone", grant), **linking.user_ids(grant)}
    if field == "address":
        return _addressees(grant)
    make = PhoneNumber if field == "phone" else EmailAddress
    sealed = prepared.fetch(_SEALED[field], {"customers": prepared.array(grant.subjects)})
    return {
        customer_id: make(value) for customer_id, value in sealing.unseal_each(sealed, field, grant) if value
    }


def address_then(
    customer_id: int, version: int, field: str, grant: ReadGrant
) -> PhoneNumber | EmailAddress | Addressee | None:
    """The phone number, mail address or addressee ("phone", "email", "address") of an earlier version of the record."""
    row = RecordVersion.objects.get(customer_id=customer_id, version=version)
    if field == "address":
        is_organisation = Fact.objects.filter(customer_id=customer_id, kind=Kind.CORPORATION).exists()
        return _addressee(row, grant, is_organisation=is_organisation)
    value = sealing.unseal(row, field, grant)
    if not value:
        return None
    return PhoneNumber(value) if field == "phone" else EmailAddress(value)


def _sealed(field: str) -> str:
    """One field of the version in force of many customers: (customer, version, blob)."""
    return (
        f"SELECT v.customer_id, v.version, v.{field} FROM customers_customer c "  # noqa: S608 - columns of ours
        "JOIN customers_recordversion v ON v.customer_id = c.id AND v.version = c.version "
        f"WHERE c.id = ANY(%(customers)s::bigint[]) AND v.{field} IS NOT NULL"
    )


_SEALED = {field: _sealed(field) for field in ("phone", "email")}


def _addressees(grant: ReadGrant) -> dict[int, Addressee]:
    rows = RecordVersion.objects.filter(customer_id__in=grant.subjects, version=F("customer__version")).only(
        "customer_id", "version", "name", "address", "postal_code"
    )
    organisations = set(
        Fact.objects.filter(customer_id__in=grant.subjects, kind=Kind.CORPORATION).values_list(
            "customer_id", flat=True
        )
    )
    found = {}
    for row in rows:  # row by row: each value is opened by its own key
        if addressee := _addressee(row, grant, is_organisation=row.customer_id in organisations):
            found[row.customer_id] = addressee
    return found


def _addressee(row: RecordVersion, grant: ReadGrant, *, is_organisation: bool) -> Addressee | None:
    name, address, code = (
        sealing.unseal(row, field, grant) or "" for field in ("name", "address", "postal_code")
    )
    if not address:
        return None
    return Addressee(PersonName(name), PostalAddress(address, code), is_organisation=is_organisation)


def numbers(grant: ReadGrant) -> dict[int, str]:
    """Customer → the bank's customer number, for the grant's subjects."""
    rows = RecordVersion.objects.filter(customer_id__in=grant.subjects, version=F("customer__version")).only(
        "customer_id", "version", "number"
    )
    return {row.customer_id: sealing.unseal(row, "number", grant) or "" for row in rows}


def identity_matches(customer_id: int, birth_date: date, account_last4: str) -> bool:
    """Whether both are right; nothing is decrypted and nothing tells which of the two was wrong."""
    token = sealing.identity_token(customer_id, birth_date, account_last4)
    return Lookup.objects.filter(customer_id=customer_id, kind="identity", token=token).exists()


def summary(customer_id: int) -> Summary:
    return _summary(Fact.objects.select_related("customer").get(customer_id=customer_id))


def summaries(customer_ids: Sequence[int]) -> list[Summary]:
    """Those of several customers, in the order given."""
    facts = Fact.objects.select_related("customer").filter(customer_id__in=customer_ids)
    found = {fact.customer_id: _summary(fact) for fact in facts}
    return [found[customer_id] for customer_id in customer_ids if customer_id in found]


def _summary(fact: Fact) -> Summary:
    return Summary(
        id=fact.customer_id,
        kind=KIND_LABELS[Kind(fact.kind)],
        state=Customer.State(fact.customer.state).label,
        version=fact.customer.version,
        prefecture=prefectures.name(f"{fact.prefecture:02d}") or "",
        occupation=OCCUPATION_LABELS[Occupation(fact.occupation)],
        purpose=PURPOSE_LABELS[Purpose(fact.purpose)],
        products=tuple(PRODUCT_LABELS[Product(code)] for code in fact.products),
        nationality=fact.nationality,
        residence_expires_on=fact.residence_expires_on,
        opened_on=fact.opened_on,
        confirmed_on=fact.confirmed_on,
        has_mobile=fact.has_mobile,
        has_email=fact.has_email,
        foreign_remittance=fact.foreign_remittance,
    )


def contact_points(customer_id: int) -> list[tuple[str, str, str, date]]:
    """(channel, state in words, evidence in words, since) of each; who opted out is that, whatever was known before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT channel, state, evidence, (changed_at AT TIME ZONE 'Asia/Tokyo')::date "
            "FROM customers_reachability WHERE customer_id = %s ORDER BY channel",
            [customer_id],
        )
        return [
            (channel, ContactPoint.State(state).label, in_words(evidence), since)
            for channel, state, evidence, since in cursor.fetchall()
        ]


def stops(customer_id: int) -> list[tuple[int | None, str, datetime]]:
    """(campaign or None for all, reason in words, since when) of each contact stop."""
    rows = ContactStop.objects.filter(customer_id=customer_id).order_by("created_at")
    return [(row.campaign_id, ContactStop.Reason(row.reason).label, row.created_at) for row in rows]


def versions(customer_id: int) -> list[VersionRow]:
    """The record's history, oldest first, by digests alone."""
    rows = RecordVersion.objects.filter(customer_id=customer_id).order_by("version")
    history: list[VersionRow] = []
    before: dict[str, str] | None = None
    marks: dict[str, dict[str, str]] = {}
    for row in rows:
        changed = (
            ()
            if before is None
            else tuple(n for n in ENCRYPTED_FIELDS if before.get(n) != row.digests.get(n))
        )
        new = next((mark for name, mark in row.exceptions.items() if marks.get(name) != mark), None)
        if new is None and before is not None:
            # The same person changed the same field twice on one day: the mark is the one before.
            new = next((mark for mark in row.exceptions.values() if mark["by"] == row.written_by), None)
        source, as_of = (
            (row.source, row.as_of) if new is None else (new["source"], date.fromisoformat(new["as_of"]))
        )
        history.append(VersionRow(row.version, row.written_at, row.written_by, source, as_of, changed))
        before, marks = row.digests, row.exceptions
    return history
