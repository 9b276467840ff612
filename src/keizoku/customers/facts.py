"""One customer's facts by their codes, as the import stored them; nothing is decrypted."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from keizoku.customers.models import ContactPoint, Fact


@dataclass(frozen=True, slots=True)
class Facts:
    """Codes as in ``customers.codes``; ``prefecture`` is JIS X 0401, ``nationality`` ISO 3166 alpha-3."""

    customer_id: int
    version: int
    state: str
    merged_into: int | None
    closed_on: date | None
    kind: str
    birth_year: int
    birth_month: int
    prefecture: int
    nationality: str
    residence_expires_on: date | None
    occupation: str
    purpose: str
    products: tuple[str, ...]
    branch: str
    opened_on: date
    confirmed_on: date | None
    has_mobile: bool
    has_email: bool
    foreign_remittance: bool
    attributes: dict[str, Any]


def facts(customer_id: int) -> Facts:
    """Raises ``ObjectDoesNotExist`` for nobody, and for one whose record was destroyed."""
    row = Fact.objects.select_related("customer").get(customer_id=customer_id)
    customer = row.customer
    return Facts(
        customer_id=customer_id,
        version=customer.version,
        state=customer.state,
        merged_into=customer.merged_into_id,
        closed_on=customer.closed_on,
        kind=row.kind,
        birth_year=row.birth_year,
        birth_month=row.birth_month,
        prefecture=row.prefecture,
        nationality=row.nationality,
        residence_expires_on=row.residence_expires_on,
        occupation=row.occupation,
        purpose=row.purpose,
        products=tuple(row.products),
        branch=row.branch,
        opened_on=row.opened_on,
        confirmed_on=row.confirmed_on,
        has_mobile=row.has_mobile,
        has_email=row.has_email,
        foreign_remittance=row.foreign_remittance,
        attributes=dict(row.attributes),
    )


def contact_states(customer_id: int) -> list[tuple[str, str, datetime]]:
    """(channel, state's code, since) of each contact point; who opted out is that, whatever was known before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT channel, state, changed_at FROM customers_reachability WHERE customer_id = %s ORDER BY channel",
            [customer_id],
        )
        return [
            (channel, ContactPoint.State(state).value, since) for channel, state, since in cursor.fetchall()
        ]
