"""Customers: found by number, read by facts, opened for a purpose, created and updated as a file's rows."""

import hashlib
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from django.http import HttpResponse
from ninja import Field, Path, Router, Schema
from pydantic import ConfigDict

from keizoku.api.access import ApiRequest, allowed
from keizoku.api.once import Done, once
from keizoku.api.problems import NOT_FOUND, Place, Problem, Stopped, Words
from keizoku.audit import actions as audit
from keizoku.customers import facts as customer_facts
from keizoku.customers import queries as customers
from keizoku.customers.errors import VersionDiffers
from keizoku.customers.fields import ENCRYPTED_FIELDS
from keizoku.customers.imports import calls
from keizoku.customers.imports.rules.columns import Column
from keizoku.customers.search import searching
from keizoku.kernel.clock import business_today
from keizoku.risk import queries as risk
from keizoku.risk.queries import StandingRow

router: Final = Router(tags=["customers"])
MOST_ROWS: Final = 500
Purpose = Literal["review", "inquiry", "undelivered"]
# The same closed list as on the screens: a purpose that callers typed freely would end up holding names.
PURPOSES: Final[dict[str, str]] = {
    "review": "審査のため",
    "inquiry": "お客さまからのお問い合わせのため",
    "undelivered": "届かなかったお知らせの確認のため",
}
CustomerId = Path[Annotated[int, Field(ge=1, le=2**63 - 1)]]


class Strict(Schema):
    """A body in which an unknown name is a mistake and not ignored."""

    model_config = ConfigDict(extra="forbid")


class Sought(Strict):
    number: str = Field(pattern=r"^[0-9]{10}$", description="顧客番号: ten digits.")


class Source(Schema):
    source: str = Field(description="core_system, declared, document, chip, registry, staff, api")
    as_of: date


class Contact(Schema):
    channel: str
    state: str = Field(description="unverified, reachable, unreachable, opted_out")
    since: datetime


class Standing(Schema):
    level: str
    is_provisional: bool
    due_on: date
    planned_on: date


class Customer(Schema):
    """What may be read without opening anything encrypted. Codes as in docs/import-layout.md."""

    id: int
    version: int
    state: str
    merged_into: int | None
    closed_on: date | None
    kind: str
    birth_year: int
    birth_month: int
    prefecture: int = Field(description="JIS X 0401")
    nationality: str = Field(description="ISO 3166-1 alpha-3")
    residence_expires_on: date | None
    occupation: str
    purpose: str
    products: list[str]
    branch: str
    opened_on: date
    confirmed_on: date | None
    has_mobile: bool
    has_email: bool
    foreign_remittance: bool
    attributes: dict[str, Any]
    sources: dict[str, Source]
    contacts: list[Contact]
    standing: Standing | None


class Asked(Strict):
    purpose: Purpose
    fields: list[Literal[ENCRYPTED_FIELDS]] = Field(min_length=1, max_length=len(ENCRYPTED_FIELDS))  # type: ignore[valid-type]  # a tuple of names


class Values(Schema):
    id: int
    version: int
    values: dict[str, str | None]


class RowIn(Strict):
    """One customer. Texts as a cell of the bank's file holds them (docs/import-layout.md), judged by the same rules."""

    number: str
    kind: str
    name: str
    kana: str
    birth_date: str
    postal_code: str
    address: str
    phone: str = ""
    email: str = ""
    nationality: str
    residence_expires_on: str = ""
    occupation: str
    purpose: str
    products: str
    branch: str
    account: str
    opened_on: str
    confirmed_on: str = ""
    contact_stop: str = ""
    closed_on: str | None = None
    attributes: dict[str, str] = Field(default_factory=dict)
    if_version: int | None = Field(
        None, description="The version that you read; another one now refuses the whole call (412)."
    )


class Rows(Strict):
    as_of: date = Field(description="The day whose state the rows show; not in the future.")
    rows: list[RowIn] = Field(min_length=1, max_length=MOST_ROWS)


class RowOut(Schema):
    outcome: Literal["created", "updated", "unchanged", "rejected"]
    customer_id: int | None
    version: int | None
    code: str | None = Field(description="Why it was refused; the codes of docs/import-layout.md.")
    field: str | None
    reason: str | None = Field(description="The sentence that the import gives, in Japanese.")


class RowsOut(Schema):
    import_id: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    conflicts: int = Field(
        description="Values confirmed later than as_of: a person decides, nothing is overwritten."
    )
    rows: list[RowOut]


COLUMN: Final[dict[str, Column]] = {
    "number": Column.NUMBER,
    "kind": Column.KIND,
    "name": Column.NAME,
    "kana": Column.KANA,
    "birth_date": Column.BIRTH,
    "postal_code": Column.POSTAL_CODE,
    "address": Column.ADDRESS,
    "phone": Column.PHONE,
    "email": Column.EMAIL,
    "nationality": Column.NATIONALITY,
    "residence_expires_on": Column.RESIDENCE,
    "occupation": Column.OCCUPATION,
    "purpose": Column.PURPOSE,
    "products": Column.PRODUCTS,
    "branch": Column.BRANCH,
    "account": Column.ACCOUNT,
    "opened_on": Column.OPENED,
    "confirmed_on": Column.CONFIRMED,
    "contact_stop": Column.CONTACT_STOP,
    "closed_on": Column.CLOSED,
}
_FIELD: Final = {column.value: name for name, column in COLUMN.items()}


@router.post("/lookup", response=Customer, **allowed("customers:read", "customer-lookup", 404))
def lookup(request: ApiRequest, response: HttpResponse, sought: Sought) -> Customer:
    """顧客番号でお客さまを探す。 Find a customer by number; the number of who was merged away finds the one who stayed."""
    found = searching.search(sought.number, actor=request.auth.actor, limit=1)
    if not found.ids:
        raise Stopped(NOT_FOUND)
    return _read(found.ids[0], response)


@router.get("/{int:customer_id}", response=Customer, **allowed("customers:read", "customer-read", 404))
def read(request: ApiRequest, response: HttpResponse, customer_id: CustomerId) -> Customer:
    """お客さまの事実・出所・期日。 Facts, sources and standing; the ETag is the record's version."""
    return _read(customer_id, response)


@router.post(
    "/{int:customer_id}/reveal", response=Values, **allowed("customers:reveal", "customer-reveal", 404)
)
def reveal(request: ApiRequest, asked: Asked, customer_id: CustomerId) -> Values:
    """目的を証跡に残して、値を読む。 Identifying values; who read which and why is written down before."""
    customer_facts.facts(customer_id)  # nobody's is refused before anything is written down
    grant = audit.grant_read(
        actor=request.auth.actor, purpose=PURPOSES[asked.purpose], subjects=[customer_id]
    )
    record = customers.record(customer_id, grant, fields=tuple(asked.fields))
    return Values(id=customer_id, version=record.version, values=dict(record.values))


@router.post("/rows", response=RowsOut, **allowed("customers:write", "customer-rows", 400, 409, 412))
@once
def rows(request: ApiRequest, told: Rows) -> Done:
    """登録・変更。銀行のファイルの行と同じ規則で判定します。 Create and update, by the very rules of the bank's file."""
    today = business_today()
    if told.as_of > today:
        words = Words(f"今日（{today}）までの日にしてください。", f"Not after today ({today}).")
        raise Stopped(_wrong(422, "api.as_of_in_future", Place("/as_of", "api.as_of_in_future", words)))
    mark = calls.CallMark(
        request.auth.actor,
        told.as_of,
        f"API kz_{request.auth.prefix}",
        hashlib.sha256(request.body).hexdigest(),
    )
    try:
        outcome = calls.take_rows([_row(row) for row in told.rows], mark)
    except VersionDiffers as differs:
        words = Words(differs.message, "The record has moved on since you read it.")
        raise Stopped(
            _wrong(412, differs.code, Place(f"/rows/{differs.row}/if_version", differs.code, words))
        ) from None
    return Done(_outcome(outcome))


def _read(customer_id: int, response: HttpResponse) -> Customer:
    found = customer_facts.facts(customer_id)
    response["ETag"] = f'"{found.version}"'
    told = {name: getattr(found, name) for name in Customer.model_fields if hasattr(found, name)}
    return Customer(
        **told,
        id=customer_id,
        sources={
            name: Source(source=one.source, as_of=one.as_of)
            for name, one in customers.sources_of(customer_id).items()
        },
        contacts=[
            Contact(channel=channel, state=state, since=since)
            for channel, state, since in customer_facts.contact_states(customer_id)
        ],
        standing=_standing(risk.standing(customer_id)),
    )


def _standing(row: StandingRow | None) -> Standing | None:
    if row is None:
        return None
    return Standing(
        level=row.level.value, is_provisional=row.is_provisional, due_on=row.due_on, planned_on=row.planned_on
    )


def _row(row: RowIn) -> calls.CallRow:
    told = {column: getattr(row, name) for name, column in COLUMN.items()}
    cells = {column: text for column, text in told.items() if text is not None}
    return calls.CallRow(cells, row.attributes, row.if_version)


def _outcome(outcome: calls.CallOutcome) -> RowsOut:
    rows = [
        RowOut(
            outcome=row.outcome,
            customer_id=row.customer_id,
            version=row.version,
            code=row.code.value if row.code else None,
            field=_FIELD.get(row.column, row.column) or None,
            reason=row.reason or None,
        )
        for row in outcome.rows
    ]
    counts = {
        kind: sum(row.outcome == kind for row in rows)
        for kind in ("created", "updated", "unchanged", "rejected")
    }
    return RowsOut(import_id=outcome.run_id, conflicts=outcome.conflicts, rows=rows, **counts)


def _wrong(status: int, code: str, place: Place) -> Problem:
    return Problem(
        status,
        code,
        Words("内容に誤りがあります", "The request is invalid"),
        place.detail,
        Words(
            "errors の箇所を直して、新しい Idempotency-Key で送ってください。",
            "Mend the place under errors and send it anew.",
        ),
        [place],
    )
