"""Rows broken on purpose: for each rejection code one way, or a few, to break a good row in exactly that way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from keizoku.customers.codes import KIND_LABELS, Kind
from keizoku.customers.imports.rules.columns import Column
from keizoku.customers.imports.rules.rejections import RejectionCode
from keizoku.kernel.text import era, prefectures
from keizoku.kernel.text.numbers import individual_number_check_digit

# Stands for bytes that cannot be read; the writer turns it into such bytes of the file's encoding.
UNREADABLE: Final = "\ufffd"
Cells = dict[Column, str]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What breaking a row may need to know of it and of the file."""

    born: date
    today: date
    earlier_number: str


_WRONG_TEXTS: Final[Mapping[RejectionCode, tuple[Column, tuple[str, ...]]]] = {
    RejectionCode.NUMBER_MISSING: (Column.NUMBER, ("", " ")),
    RejectionCode.NUMBER_FORMAT: (Column.NUMBER, ("12345", "12345678901", "A234567890")),
    RejectionCode.KIND_UNKNOWN: (Column.KIND, ("", "団体", "1")),
    RejectionCode.NAME_MISSING: (Column.NAME, ("", "　")),
    RejectionCode.NAME_TOO_LONG: (Column.NAME, ("株式会社" + "継続商事" * 15, "山" * 61)),
    RejectionCode.KANA_INVALID: (Column.KANA, ("", "佐藤 ｲﾁﾛｳ", "?")),
    RejectionCode.BIRTH_MISSING: (Column.BIRTH, ("",)),
    RejectionCode.BIRTH_FORMAT: (Column.BIRTH, ("不明", "昭和35年", "35.4.8")),
    RejectionCode.BIRTH_IMPOSSIBLE: (
        Column.BIRTH,
        ("昭和35年2月30日", "昭和65年4月1日", "1961-02-29", "S64.1.8"),
    ),
    RejectionCode.POSTAL_FORMAT: (Column.POSTAL_CODE, ("", "100-001", "10-00001")),
    RejectionCode.POSTAL_UNKNOWN: (Column.POSTAL_CODE, ("000-0000", "0000001")),
    RejectionCode.ADDRESS_MISSING: (Column.ADDRESS, ("", "　")),
    RejectionCode.PHONE_FORMAT: (Column.PHONE, ("なし", "1234-5678", "090-0000-0000", "090-1234-567")),
    RejectionCode.EMAIL_FORMAT: (Column.EMAIL, ("taro.example.jp", "taro@example", "taro@@example.jp")),
    RejectionCode.NATIONALITY_UNKNOWN: (Column.NATIONALITY, ("", "日本", "JP", "ZZZ")),
    RejectionCode.OCCUPATION_UNKNOWN: (Column.OCCUPATION, ("不詳", "99")),
    RejectionCode.PURPOSE_UNKNOWN: (Column.PURPOSE, ("", "その他いろいろ")),
    RejectionCode.PRODUCT_UNKNOWN: (Column.PRODUCTS, ("", "普通預金・暗号資産")),
    RejectionCode.BRANCH_FORMAT: (Column.BRANCH, ("", "12", "本店")),
    RejectionCode.ACCOUNT_FORMAT: (Column.ACCOUNT, ("", "12345", "12345678")),
    RejectionCode.OPENED_FORMAT: (Column.OPENED, ("", "開設時", "平成31年6月31日")),
    RejectionCode.CONFIRMED_FORMAT: (Column.CONFIRMED, ("未確認", "令和5年", "2023-02-29")),
    RejectionCode.CONTACT_STOP_UNKNOWN: (Column.CONTACT_STOP, ("2", "有")),
}


def _duplicate(cells: Cells, circumstances: Circumstances, rng: Random) -> None:  # noqa: ARG001
    cells[Column.NUMBER] = circumstances.earlier_number


def _born_tomorrow(cells: Cells, circumstances: Circumstances, rng: Random) -> None:
    cells[Column.BIRTH] = era.long_form(circumstances.today + timedelta(days=rng.randint(1, 300)))


def _elsewhere(cells: Cells, circumstances: Circumstances, rng: Random) -> None:  # noqa: ARG001
    """Another prefecture; no postal code lies both there and here."""
    here = prefectures.of_address(cells[Column.ADDRESS])
    name = prefectures.name(here or "") or ""
    other = "沖縄県" if name == "北海道" else "北海道"
    cells[Column.ADDRESS] = other + cells[Column.ADDRESS].removeprefix(name)


def _residence(cells: Cells, circumstances: Circumstances, rng: Random) -> None:  # noqa: ARG001
    cells[Column.KIND] = KIND_LABELS[Kind.INDIVIDUAL]
    cells[Column.KANA] = "ｸﾞｴﾝ ﾐﾝ"
    cells[Column.NATIONALITY] = "VNM"
    cells[Column.RESIDENCE] = rng.choice(("永住", "2027-02-30", "更新中"))


def _opened_before_birth(cells: Cells, circumstances: Circumstances, rng: Random) -> None:
    cells[Column.OPENED] = era.long_form(circumstances.born - timedelta(days=rng.randint(1, 300)))


def _individual_number(cells: Cells, circumstances: Circumstances, rng: Random) -> None:  # noqa: ARG001
    eleven = "".join(rng.choices("0123456789", k=11))
    number = f"{eleven}{individual_number_check_digit(eleven)}"
    column = rng.choice((Column.NAME, Column.ADDRESS, Column.EMAIL))
    if column is Column.EMAIL:
        cells[column] = f"{number}@example.jp"
    else:
        cells[column] += rng.choice((f" {number}", f"　{number[:4]}-{number[4:8]}-{number[8:]}"))


def _unreadable(cells: Cells, circumstances: Circumstances, rng: Random) -> None:  # noqa: ARG001
    cells[rng.choice((Column.NAME, Column.ADDRESS))] += UNREADABLE


_CHANGES: Final[Mapping[RejectionCode, Callable[[Cells, Circumstances, Random], None]]] = {
    RejectionCode.NUMBER_DUPLICATE: _duplicate,
    RejectionCode.BIRTH_FUTURE: _born_tomorrow,
    RejectionCode.ADDRESS_MISMATCH: _elsewhere,
    RejectionCode.RESIDENCE_FORMAT: _residence,
    RejectionCode.OPENED_BEFORE_BIRTH: _opened_before_birth,
    RejectionCode.INDIVIDUAL_NUMBER_FOUND: _individual_number,
    RejectionCode.UNDECODABLE: _unreadable,
}

# Every code that one row of the layout's own columns can have, in turn. Not here: a missing column, which is the whole
# file's fault, and the columns that a bank adds (attributes, the day of closing).
CODES: Final = tuple(
    code
    for code in RejectionCode
    if code is RejectionCode.ROW_WIDTH or code in _WRONG_TEXTS or code in _CHANGES
)


def break_row(code: RejectionCode, cells: Cells, circumstances: Circumstances, rng: Random) -> list[str]:
    """The cells of a row that the import must refuse for `code` and for nothing else."""
    if code is RejectionCode.ROW_WIDTH:
        values = list(cells.values())
        return rng.choice((values[:-1], [*values, ""]))
    if code in _WRONG_TEXTS:
        column, texts = _WRONG_TEXTS[code]
        cells[column] = rng.choice(texts)
    else:
        _CHANGES[code](cells, circumstances, rng)
    return list(cells.values())
