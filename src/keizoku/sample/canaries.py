"""Canaries: customers whose every value is so rare that one of them in a log, a queue or a carrier's request is a leak."""

from datetime import date, timedelta
from typing import Final

from keizoku.customers.codes import KIND_LABELS, Kind
from keizoku.customers.imports.rules.columns import Column

MOST: Final = 50
_FORMAL_DIGITS: Final = "零壱弐参肆伍陸漆捌玖"
_READINGS: Final = ("ﾚｲ", "ｲﾁ", "ﾆ", "ｻﾝ", "ｼ", "ｺﾞ", "ﾛｸ", "ｼﾁ", "ﾊﾁ", "ｸ")
_OVERDUE: Final = timedelta(days=1150)


def positions(count: int) -> dict[int, int]:
    """Row positions of the canaries in a file of `count` rows, each with the canary's ordinal; evenly spread."""
    canaries = min(MOST, count // 4)
    return {ordinal * count // canaries + count // canaries // 2: ordinal for ordinal in range(canaries)}


def mark(cells: dict[Column, str], ordinal: int, phone: str, today: date) -> None:
    """Turn the cells of a good row into canary `ordinal`: reachable by phone and mail, free to contact, overdue."""
    tens, ones = divmod(ordinal, 10)
    cells[Column.KIND] = KIND_LABELS[Kind.INDIVIDUAL]
    cells[Column.NAME] = f"金糸雀　{_FORMAL_DIGITS[tens]}{_FORMAL_DIGITS[ones]}"
    cells[Column.KANA] = f"ｶﾅﾘｱ {_READINGS[tens]}{_READINGS[ones]}"
    cells[Column.ADDRESS] += f"　金糸雀館{_FORMAL_DIGITS[tens]}{_FORMAL_DIGITS[ones]}号"
    cells[Column.PHONE] = phone
    cells[Column.EMAIL] = f"kanaria-{ordinal:02}-canary@mail.example.com"
    cells[Column.NATIONALITY] = "JPN"
    cells[Column.RESIDENCE] = ""
    cells[Column.CONFIRMED] = (today - _OVERDUE).isoformat()
    cells[Column.CONTACT_STOP] = ""
