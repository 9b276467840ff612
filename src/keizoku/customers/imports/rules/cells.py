"""One cell each: text in, value or rejection code out. Nothing here knows of lines or columns."""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import Final

from keizoku.customers import codes, countries
from keizoku.customers.imports.rules.rejections import RejectionCode
from keizoku.kernel.text import kana as kana_text
from keizoku.kernel.text.digits import ascii_digits, is_digits
from keizoku.kernel.text.era import DateProblem, read_date
from keizoku.kernel.text.phone import Phone, read_phone

NUMBER_DIGITS: Final = 10
BRANCH_DIGITS: Final = 3
ACCOUNT_DIGITS: Final = 7
NAME_LENGTH: Final = 60
EMAIL_LENGTH: Final = 254
LOCAL_PART_LENGTH: Final = 64

_SPACES = re.compile(r"[\s　]+")
_KANA = re.compile(r"(?=.*[ァ-ヴA-Za-z])[ァ-ヶー・A-Za-z　.()'’-]+")
# Names of corporations may also hold digits and the further signs of the Zengin character set.
_CORPORATE_KANA = re.compile(r"(?=.*[ァ-ヴA-Za-z])[ァ-ヶー・A-Za-z　.()'’0-9,/「」&-]+")
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def plain(text: str) -> str:
    """A cell without surrounding spaces; line breaks inside become spaces."""
    stripped = text.strip()
    return " ".join(stripped.split()) if "\n" in stripped or "\r" in stripped else stripped


@lru_cache(maxsize=65_536)
def read_day(text: str) -> date | DateProblem:
    """`read_date`, remembered: a file's dates are a few tens of thousands of days."""
    return read_date(text)


def digits(text: str, length: int) -> str | None:
    """`length` digits in any width, or None."""
    number = ascii_digits(text)
    return number if is_digits(number, length) else None


def customer_number(text: str) -> str | RejectionCode:
    if not text:
        return RejectionCode.NUMBER_MISSING
    return digits(text, NUMBER_DIGITS) or RejectionCode.NUMBER_FORMAT


@lru_cache(maxsize=256)
def kind(text: str) -> codes.Kind | RejectionCode:
    return codes.KIND_OF_LABEL.get(_label(text), RejectionCode.KIND_UNKNOWN)


@lru_cache(maxsize=256)
def occupation(text: str) -> codes.Occupation | RejectionCode:
    return codes.OCCUPATION_OF_LABEL.get(_label(text), RejectionCode.OCCUPATION_UNKNOWN)


@lru_cache(maxsize=256)
def purpose(text: str) -> codes.Purpose | RejectionCode:
    return codes.PURPOSE_OF_LABEL.get(_label(text), RejectionCode.PURPOSE_UNKNOWN)


@lru_cache(maxsize=4096)
def products(text: str) -> tuple[codes.Product, ...] | RejectionCode:
    """Products joined by ・, each once, in the order of the file."""
    found = [codes.PRODUCT_OF_LABEL.get(_label(part)) for part in _label(text).split("・")]
    known = tuple(dict.fromkeys(product for product in found if product is not None))
    return known if known and None not in found else RejectionCode.PRODUCT_UNKNOWN


@lru_cache(maxsize=1024)
def nationality(text: str) -> str | RejectionCode:
    code = _label(text).upper()
    return code if code in countries.NAMES else RejectionCode.NATIONALITY_UNKNOWN


def name(text: str) -> str | RejectionCode:
    if not text:
        return RejectionCode.NAME_MISSING
    return text if len(text) <= NAME_LENGTH else RejectionCode.NAME_TOO_LONG


def kana(text: str, *, is_corporation: bool) -> str | RejectionCode:
    """A reading in full-width katakana, its words separated by one full-width space."""
    folded = "　".join(_kana_word(word) for word in _SPACES.split(text) if word)
    allowed = _CORPORATE_KANA if is_corporation else _KANA
    return folded if allowed.fullmatch(folded) else RejectionCode.KANA_INVALID


@lru_cache(maxsize=65_536)
def _kana_word(word: str) -> str:
    return _SPACES.sub("　", unicodedata.normalize("NFKC", kana_text.katakana(word)))


def birth(text: str, today: date) -> date | RejectionCode:
    day = read_day(text)
    if isinstance(day, date):
        return day if day <= today else RejectionCode.BIRTH_FUTURE
    if day is DateProblem.EMPTY:
        return RejectionCode.BIRTH_MISSING
    return RejectionCode.BIRTH_FORMAT if day is DateProblem.FORMAT else RejectionCode.BIRTH_IMPOSSIBLE


def past_day(text: str, today: date, code: RejectionCode) -> date | RejectionCode:
    """A day not after `today`; `code` for anything else."""
    day = read_day(text)
    return day if isinstance(day, date) and day <= today else code


def phone(text: str) -> Phone | RejectionCode:
    found = read_phone(text)
    return found if found is not None and found.is_valid else RejectionCode.PHONE_FORMAT


def email(text: str) -> str | RejectionCode:
    address = unicodedata.normalize("NFKC", text)
    is_short = len(address) <= EMAIL_LENGTH and address.find("@") <= LOCAL_PART_LENGTH
    return address if is_short and _EMAIL.fullmatch(address) else RejectionCode.EMAIL_FORMAT


def has_irregular_dots(address: str) -> bool:
    """Dots that RFC 5321 forbids and that Japanese mobile carriers once gave out (a..b@, a.@)."""
    local = address.partition("@")[0]
    return local.startswith(".") or local.endswith(".") or ".." in local


def _label(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
