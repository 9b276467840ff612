"""Consents as conditions may name them: ``consent_<purpose>`` is yes, no (withdrawn or expired), or missing (never told)."""

from keizoku.customers.consents.purposes import purposes
from keizoku.kernel.conditions import Field, FieldType


def _sql(code: str) -> str:
    """The latest event decides, over ``f``; the code is of letters, digits and _ alone (``rules.CODE``)."""
    return (
        "(SELECT e.act = 'given' AND (e.expires_on IS NULL "  # noqa: S608 - a code of the list
        "OR e.expires_on >= (keizoku_business_now() AT TIME ZONE 'Asia/Tokyo')::date) "
        f"FROM customers_consent e WHERE e.customer_id = f.customer_id AND e.purpose = '{code}' "
        "ORDER BY e.happened_on DESC, e.id DESC LIMIT 1)"
    )


def consent_fields() -> list[Field]:
    """One for each purpose of the list."""
    return [
        Field(f"consent_{code}", FieldType.FLAG, f"同意：{purpose.label}", _sql(code))
        for code, purpose in purposes().items()
    ]
