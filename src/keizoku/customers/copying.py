"""New customers of a file, written by COPY: ids are reserved first, since every blob is bound to its customer's id."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.utils import timezone
from psycopg.types.json import Jsonb

from keizoku.customers import sealing
from keizoku.customers.import_rules.parsed import ParsedRow
from keizoku.customers.models import ENCRYPTED_FIELDS, ContactPoint, ContactStop, ImportRun, RecordVersion

FACTS = (
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
)


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
        "kind": str(row.kind),
        "birth_year": born.year,
        "birth_month": born.month,
        "prefecture": int(row.prefecture_code),
        "nationality": row.nationality,
        "residence_expires_on": row.residence_expires_on,
        "occupation": str(row.occupation),
        "purpose": str(row.purpose),
        "products": [str(product) for product in row.products],
        "branch": row.branch,
        "opened_on": row.opened_on,
        "confirmed_on": row.last_confirmed_on,
        "has_mobile": row.is_sms_capable,
        "has_email": row.email is not None,
    }


def copy_new(rows: Mapping[bytes, ParsedRow], run: ImportRun) -> None:
    """Write customers, first versions, facts, look-ups, contact points and stops of rows by number token."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('customers_customer_id_seq') FROM generate_series(1, %s)", [len(rows)])
        ids = [customer_id for (customer_id,) in cursor.fetchall()]
    now = timezone.now()
    members = [(customer_id, token, row) for customer_id, (token, row) in zip(ids, rows.items(), strict=True)]
    sealed = [(customer_id, row, values_of(row)) for customer_id, _, row in members]
    _copy(
        "customers_customer (id, number_token, kind, state, version, created_at)",
        ((customer_id, token, str(row.kind), "active", 1, now) for customer_id, token, row in members),
    )
    _copy(
        f"customers_recordversion (customer_id, version, source, as_of, written_at, written_by, exceptions, digests, "
        f"{', '.join(ENCRYPTED_FIELDS)})",
        (
            (
                customer_id,
                1,
                RecordVersion.Source.CORE_SYSTEM,
                run.as_of,
                now,
                f"import:{run.id}",
                Jsonb({}),
                Jsonb(sealing.digests(values)),
                *sealing.seal(values, customer_id, 1).values(),
            )
            for customer_id, _, values in sealed
        ),
    )
    _copy(
        f"customers_fact (customer_id, foreign_remittance, {', '.join(FACTS)})",
        (
            (
                customer_id,
                str(row.purpose) == "foreign_remittance",
                *(Jsonb(v) if isinstance(v, list) else v for v in facts_of(row).values()),
            )
            for customer_id, row, _ in sealed
        ),
    )
    _copy(
        "customers_lookup (customer_id, kind, token)",
        (
            (customer_id, kind, token)
            for customer_id, _, values in sealed
            for kind, token in sealing.lookups(customer_id, values)
        ),
    )
    _copy(
        "customers_contactpoint (customer_id, channel, state, evidence, changed_at)",
        (
            (customer_id, channel, ContactPoint.State.UNVERIFIED, "", now)
            for customer_id, _, values in sealed
            for channel in ("phone", "email", "address")
            if values[channel]
        ),
    )
    _copy(
        "customers_contactstop (customer_id, campaign_id, reason, created_at)",
        (
            (customer_id, None, ContactStop.Reason.OPTED_OUT, now)
            for customer_id, _, row in members
            if row.contact_stopped
        ),
    )


def _copy(target: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
