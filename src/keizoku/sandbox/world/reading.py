"""Reads the bank's customer file (UTF-8 or CP932) into people. Tolerant: what it cannot read it leaves out.

This is a second reader of the same layout, written apart from the product's import on purpose: what the sandbox
counts must not share the product's mistakes.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

# First year of each era; the letter is what banks' exports write.
_ERAS = {
    "明治": 1868, "M": 1868, "大正": 1912, "T": 1912, "昭和": 1926, "S": 1926,
    "平成": 1989, "H": 1989, "令和": 2019, "R": 2019,
}  # fmt: skip
_ERA_DATE = re.compile(r"(明治|大正|昭和|平成|令和|[MTSHR])(元|\d{1,2})[年./-](\d{1,2})[月./-](\d{1,2})日?")
_WESTERN_DATE = re.compile(r"(\d{4})[年./-]?(\d{1,2})[月./-]?(\d{1,2})日?")
_NUMBER = re.compile(r"\d{10}")
_ACCOUNT = re.compile(r"\d{7}")
_MOBILE = re.compile(r"\+81[6-9]0[1-9]\d{7}")


@dataclass(frozen=True, slots=True)
class Person:
    """One customer as the outside knows them. None where the file has nothing that can be read."""

    number: str
    name: str
    birth_date: date | None
    postal_code: str
    address: str
    phone: str | None  # E.164
    mail: str | None
    occupation: str
    purpose: str
    account_number: str | None

    @property
    def has_mobile(self) -> bool:
        return self.phone is not None and _MOBILE.fullmatch(self.phone) is not None


def read_people(path: Path) -> Iterator[Person]:
    """The file's people, the first row of a number winning."""
    encoding = _encoding(path)
    seen: set[str] = set()
    with path.open(encoding=encoding, errors="replace", newline="") as lines:
        rows = csv.DictReader(lines)
        width = len(rows.fieldnames or ())
        for row in rows:
            complete = None not in row and None not in row.values() and len(row) == width
            number = (row.get("顧客番号") or "").strip()
            if complete and _NUMBER.fullmatch(number) and number not in seen:
                seen.add(number)
                yield _person(number, row)


def read_date(text: str) -> date | None:
    """A date as banks export it: 昭和35年4月8日, S35.4.8, 1960-04-08, 1960/4/8, 19600408; else None."""
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        if found := _ERA_DATE.fullmatch(plain):
            era, year, month, day = found.groups()
            in_era = 1 if year == "元" else int(year)
            return date(_ERAS[era] + in_era - 1, int(month), int(day))
        if found := _WESTERN_DATE.fullmatch(plain):
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
    return None


def read_phone(text: str) -> str | None:
    """A Japanese number in E.164, whatever hyphens or widths it is written in; else None."""
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = "".join(character for character in plain if character.isdigit())
    if plain.startswith("+81"):
        return f"+{digits}"
    if digits.startswith("0") and len(digits) in {10, 11}:
        return f"+81{digits[1:]}"
    return None


def _person(number: str, row: dict[str, str]) -> Person:
    mail = row.get("メールアドレス", "").strip()
    account = row.get("口座番号", "").strip()
    return Person(
        number=number,
        name=row.get("氏名", "").strip(),
        birth_date=read_date(row.get("生年月日", "")),
        postal_code=row.get("郵便番号", "").strip(),
        address=row.get("住所", "").strip(),
        phone=read_phone(row.get("電話番号", "")),
        mail=mail.lower() if mail.count("@") == 1 else None,
        occupation=row.get("職業", "").strip(),
        purpose=row.get("取引目的", "").strip(),
        account_number=account if _ACCOUNT.fullmatch(account) else None,
    )


def _encoding(path: Path) -> str:
    """By the header alone: a single broken row must not turn the whole file into the other encoding."""
    with path.open("rb") as lines:
        header = lines.readline()
    try:
        header.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp932"
    return "utf-8-sig"
