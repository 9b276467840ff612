"""The columns of the bank's file and the check of its header row.

Columns are found by name, so their order is free and further columns are ignored. A column of OPTIONAL may be left out.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from keizoku.customers.imports.rules.rejections import Rejection, RejectionCode, reject


class Column(StrEnum):
    NUMBER = "顧客番号"
    KIND = "区分"
    NAME = "氏名"
    KANA = "氏名カナ"
    BIRTH = "生年月日"
    POSTAL_CODE = "郵便番号"
    ADDRESS = "住所"
    PHONE = "電話番号"
    EMAIL = "メールアドレス"
    NATIONALITY = "国籍"
    RESIDENCE = "在留期限"
    OCCUPATION = "職業"
    PURPOSE = "取引目的"
    PRODUCTS = "商品"
    BRANCH = "支店番号"
    ACCOUNT = "口座番号"
    OPENED = "口座開設日"
    CONFIRMED = "最終確認日"
    CONTACT_STOP = "連絡停止"
    CLOSED = "解約日"


OPTIONAL = (Column.CLOSED,)
COLUMNS = tuple(column for column in Column if column not in OPTIONAL)
# The layout's column → the bank's own name for it; a column that is left out keeps the layout's name. An attribute that
# compliance added stands beside them as ``ATTRIBUTE`` and its name, and is looked for nowhere unless it is named here.
Names = Mapping[str, str]
ATTRIBUTE = "attribute:"


@dataclass(frozen=True, slots=True)
class Header:
    """Where each column of the layout stands in this file; `positions` follows COLUMNS, `optional` has those found."""

    positions: tuple[int, ...]
    width: int
    ignored: tuple[str, ...]
    optional: Mapping[Column, int] = field(default_factory=dict)


def read_header(cells: Sequence[str], names: Names | None = None) -> Header | Rejection:
    """The header of a file, or the rejection of the whole file: a column is missing or stands twice.

    `names` are the bank's own column names; without them the file must use the layout's.
    """
    found = [plain_name(cell) for cell in cells]
    wanted = {column: plain_name((names or {}).get(column, column)) for column in COLUMNS}
    beside = {column: plain_name((names or {}).get(column, column)) for column in OPTIONAL}
    wrong = [column for column, name in wanted.items() if found.count(name) != 1]
    wrong += [column for column, name in beside.items() if found.count(name) > 1]
    if wrong:
        return reject(1, "・".join(wrong), RejectionCode.COLUMNS_MISSING)
    return Header(
        positions=tuple(found.index(name) for name in wanted.values()),
        width=len(found),
        ignored=tuple(name for name in found if name not in {*wanted.values(), *beside.values()}),
        optional={column: found.index(name) for column, name in beside.items() if name in found},
    )


def attribute_names(names: Mapping[str, str]) -> dict[str, str]:
    """Attribute → the file's column, of those that ``names`` holds."""
    return {
        key.removeprefix(ATTRIBUTE): plain_name(column)
        for key, column in names.items()
        if key.startswith(ATTRIBUTE) and column.strip()
    }


def plain_name(cell: str) -> str:
    """A column's name for comparing: in any width, without surrounding spaces."""
    return unicodedata.normalize("NFKC", cell).strip()
