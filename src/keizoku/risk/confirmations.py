"""The day on which each value of a record was last confirmed, as fields that conditions may name. Pure.

A value that a customer, a document, a chip, a registry or our staff gave counts as confirmed on the day of that source.
A value that only the core system told counts as confirmed on the record's last confirmation (最終確認日): a file that
repeats an old address daily makes it no younger. No such day: never confirmed.
"""

from typing import Final

from keizoku.kernel.conditions import Any, Compare, Condition, Field, Fields, FieldType, Operator, registry

# Values that a confirmation can be asked for, and where the value itself lies.
VALUES: Final = {
    "name": ("氏名", "v.name"),
    "kana": ("氏名カナ", "v.kana"),
    "birth_date": ("生年月日", "v.birth_date"),
    "address": ("住所", "v.address"),
    "phone": ("電話番号", "v.phone"),
    "email": ("メールアドレス", "v.email"),
    "account": ("口座", "v.account"),
    "occupation": ("職業", "nullif(f.occupation, '')"),
    "purpose": ("取引目的", "nullif(f.purpose, '')"),
    "products": ("商品", "f.products"),
    "nationality": ("国籍", "nullif(f.nationality, '')"),
    "residence_expires_on": ("在留期限", "f.residence_expires_on"),
    "foreign_remittance": ("海外送金の予定", "f.foreign_remittance"),
}


def confirmed_sql(name: str) -> str:
    """The day of the value's confirmation over ``v`` (its version) and ``f``; NULL where never."""
    return (
        f"CASE WHEN coalesce(v.exceptions->'{name}'->>'source', v.source) IN ('core_system', 'api') THEN f.confirmed_on "
        f"ELSE coalesce((v.exceptions->'{name}'->>'as_of')::date, v.as_of) END"
    )


def _field(name: str, label: str, column: str) -> Field:
    """By itself, so that an audience pays for the join only where it asks."""
    sql = (
        f"(SELECT {confirmed_sql(name)} FROM customers_recordversion v "  # noqa: S608 - names of this module
        f"WHERE v.customer_id = f.customer_id AND v.version = c.version AND {column} IS NOT NULL)"
    )
    return Field(f"confirmed_{name}", FieldType.DATE, f"{label}の確認日", sql)


FIELDS: Final[Fields] = registry(*(_field(name, *value) for name, value in VALUES.items()))


def stale(name: str, days: int) -> Condition:
    """The condition for an audience: not confirmed for more than ``days``, or never, or there is no value."""
    field = f"confirmed_{name}"
    return Any((Compare(field, Operator.OLDER_THAN_DAYS, days), Compare(field, Operator.IS_MISSING)))
