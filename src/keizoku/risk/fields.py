"""The columns by which customers are rated and chosen, with their Japanese labels and values.

``FACT_FIELDS`` are the facts of the record: all that a scorecard may read. ``AUDIENCE_FIELDS`` add what the
rating found, for audiences; their expressions hold over ``AUDIENCE_TABLES``. Pure.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from keizoku.customers import codes, countries
from keizoku.customers.contact import fields as contact
from keizoku.kernel.conditions import Field, Fields, FieldType, registry
from keizoku.kernel.text import prefectures
from keizoku.risk import confirmations
from keizoku.risk.rules.scale import Level

# A customer without a rating is there, with the fields of the rating missing. Who names neither ``c`` nor ``s`` pays for
# neither: PostgreSQL leaves a LEFT JOIN out that is on a key and is not read.
AUDIENCE_TABLES = """
    customers_fact f
    LEFT JOIN customers_customer c ON c.id = f.customer_id
    LEFT JOIN risk_standing s ON s.customer_id = f.customer_id
"""
# The customers whose relation goes on: those of the facts but the few who ended, found by an index of theirs alone.
# IS TRUE keeps it from becoming a join, for which the whole of the facts would be hashed.
ACTIVE = "(NOT EXISTS (SELECT FROM customers_customer e WHERE e.id = f.customer_id AND e.state <> 'active')) IS TRUE"

Code = TypeVar("Code", bound=StrEnum)


def _plain(labels: Mapping[Code, str]) -> dict[str, str]:
    return {str(code): label for code, label in labels.items()}


FACT_FIELDS: Fields = registry(
    Field("kind", FieldType.TEXT, "区分", "f.kind", _plain(codes.KIND_LABELS)),
    Field("birth_year", FieldType.NUMBER, "生年", "f.birth_year"),
    Field("birth_month", FieldType.NUMBER, "生月", "f.birth_month"),
    Field(
        "prefecture",
        FieldType.NUMBER,
        "都道府県",
        "f.prefecture",
        dict(enumerate(prefectures.NAMES, start=1)),
    ),
    Field("nationality", FieldType.TEXT, "国籍", "f.nationality", countries.NAMES),
    Field("residence_expires_on", FieldType.DATE, "在留期限", "f.residence_expires_on"),
    Field("occupation", FieldType.TEXT, "職業", "f.occupation", _plain(codes.OCCUPATION_LABELS)),
    Field("purpose", FieldType.TEXT, "取引目的", "f.purpose", _plain(codes.PURPOSE_LABELS)),
    Field("products", FieldType.LIST, "商品", "f.products", _plain(codes.PRODUCT_LABELS)),
    Field("branch", FieldType.TEXT, "支店番号", "f.branch"),
    Field("opened_on", FieldType.DATE, "口座開設日", "f.opened_on"),
    Field("confirmed_on", FieldType.DATE, "最終確認日", "f.confirmed_on"),
    Field("has_mobile", FieldType.FLAG, "携帯電話番号", "f.has_mobile"),
    Field("has_email", FieldType.FLAG, "メールアドレス", "f.has_email"),
    Field("has_address", FieldType.FLAG, "住所", "f.has_address"),
    Field("foreign_remittance", FieldType.FLAG, "外国送金", "f.foreign_remittance"),
)

AUDIENCE_FIELDS: Fields = registry(
    *FACT_FIELDS.values(),
    Field("level", FieldType.TEXT, "リスク", "s.level", {level.value: level.label for level in Level}),
    Field("points", FieldType.NUMBER, "リスク点数", "s.points"),
    Field("is_provisional", FieldType.FLAG, "暫定評価", "s.is_provisional"),
    Field("due_on", FieldType.DATE, "確認期日", "s.due_on"),
    Field("planned_on", FieldType.DATE, "連絡の予定日", "s.planned_on"),
    Field(
        "simplified",
        FieldType.FLAG,
        "簡素な顧客管理",
        "(EXISTS (SELECT FROM risk_simplified d WHERE d.customer_id = f.customer_id))",
    ),
    *confirmations.FIELDS.values(),
    *contact.FIELDS.values(),
)
