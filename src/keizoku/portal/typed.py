"""Reads what a customer types to identify himself. A slip of the pen is asked again and is no failed attempt."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from keizoku.kernel.text import era
from keizoku.kernel.text.digits import is_digits

_ERA_NAMES: Final = frozenset(each.name for each in era.ERAS)
_YEAR_DIGITS: Final = 4
_TAIL_DIGITS: Final = 4
_ACCOUNT_DIGITS: Final = 7
# A seventh digit makes it wrong, and ten thousand of them cost nothing.
_CODE_DIGITS: Final = 7
_PARTS: Final = {"birth_year": "年", "birth_month": "月", "birth_day": "日"}


@dataclass(frozen=True, slots=True)
class Claimed:
    """Who somebody says he is; or errors by posted field, and then the values mean nothing."""

    birth_date: date = field(default=date.min, repr=False)
    account_last4: str = field(default="", repr=False)
    errors: Mapping[str, str] = field(default_factory=dict)


def read_claim(posted: Mapping[str, str]) -> Claimed:
    """The birth date (western, or by era) and four digits; of a whole account number the last four count."""
    birth_date, errors = _birth_date(posted)
    account = _plain(posted, "account_last4")
    if is_digits(account, _ACCOUNT_DIGITS):
        account = account[-_TAIL_DIGITS:]
    if not is_digits(account, _TAIL_DIGITS):
        errors["account_last4"] = "口座番号の最後の4けたを、数字で入力してください（例: 4567）。"
    return Claimed(errors=errors) if errors or birth_date is None else Claimed(birth_date, account)


def read_code(typed: str) -> str:
    """Six digits in whatever width, with whatever stands between them."""
    return "".join(each for each in unicodedata.normalize("NFKC", typed) if each.isdigit())[:_CODE_DIGITS]


def _birth_date(posted: Mapping[str, str]) -> tuple[date | None, dict[str, str]]:
    era_name = posted.get("birth_era", "")
    parts = {name: _plain(posted, name) for name in _PARTS}
    if era_name and parts["birth_year"] == "元":
        parts["birth_year"] = "1"
    errors = {
        name: f"{_PARTS[name]}を数字で入力してください。"
        for name, value in parts.items()
        if not (value.isascii() and value.isdigit())
    }
    if errors:
        return None, errors
    year = parts["birth_year"]
    is_western = len(year) == _YEAR_DIGITS
    if not is_western and era_name not in _ERA_NAMES:
        return None, {"birth_year": "西暦の4けた（例: 1951）か、年号を選んで年を入力してください。"}
    month, day = parts["birth_month"], parts["birth_day"]
    found = era.read_date(f"{'' if is_western else era_name}{year}年{month}月{day}日")
    if isinstance(found, era.DateProblem):
        return None, {"birth_date": "この日付はありません。年・月・日をもう一度お確かめください。"}
    return found, {}


def _plain(posted: Mapping[str, str], name: str) -> str:
    return unicodedata.normalize("NFKC", posted.get(name, "")).strip()
