"""Purposes of consents, read from the institution's list, and what holds after the latest event. Pure.

A purpose keeps its code for ever and gets a new version when its words change; a consent names the version that the
customer saw. Adding a purpose needs no new code.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")
MOST_MONTHS: Final = 120


class Act(StrEnum):
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class Source(StrEnum):
    DECLARED = "declared"
    DOCUMENT = "document"
    STAFF = "staff"
    CORE_SYSTEM = "core_system"


class Standing(StrEnum):
    """What holds for one customer and purpose."""

    NONE = "none"
    GIVEN = "given"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


ACT_LABELS: Final = {Act.GIVEN: "同意", Act.WITHDRAWN: "撤回"}
SOURCE_LABELS: Final = {
    Source.DECLARED: "お客さまの申告",
    Source.DOCUMENT: "書類",
    Source.STAFF: "担当者",
    Source.CORE_SYSTEM: "勘定系",
}
STANDING_LABELS: Final = {
    Standing.NONE: "未確認",
    Standing.GIVEN: "同意あり",
    Standing.EXPIRED: "期限切れ",
    Standing.WITHDRAWN: "撤回",
}


class PurposesInvalid(ValueError):
    """The list of purposes cannot be used; the message says what and where."""


@dataclass(frozen=True, slots=True)
class Version:
    """The words that a customer agrees to, as they stood from one version to the next."""

    number: int
    words: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.words.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Purpose:
    """``channel``: withdrawing this consent stops that channel. ``months``: how long a consent holds, None for ever."""

    code: str
    label: str
    channel: str
    months: int | None
    versions: tuple[Version, ...]

    @property
    def latest(self) -> Version:
        return self.versions[-1]


def read_purposes(text: str) -> Mapping[str, Purpose]:
    """Code → purpose, in the order of the list."""
    try:
        tables = tomllib.loads(text).get("purpose", [])
    except tomllib.TOMLDecodeError as error:
        raise PurposesInvalid(f"TOMLとして読めません: {error}") from error
    if not isinstance(tables, list) or not tables:
        raise PurposesInvalid("[[purpose]] が1つもありません。")
    purposes = [_purpose(table) for table in tables]
    found = {purpose.code: purpose for purpose in purposes}
    if len(found) != len(purposes):
        raise PurposesInvalid("同じ code の目的が2つあります。")
    return found


def standing(act: str | None, expires_on: date | None, today: date) -> Standing:
    """The latest event decides; the day of expiry itself still counts."""
    if act is None:
        return Standing.NONE
    if act == Act.WITHDRAWN:
        return Standing.WITHDRAWN
    return Standing.EXPIRED if expires_on is not None and expires_on < today else Standing.GIVEN


def expiry(happened_on: date, months: int | None) -> date | None:
    """The last day on which a consent of that day holds: the same day so many months later, or the month's last."""
    if months is None:
        return None
    year, month = divmod(happened_on.year * 12 + happened_on.month - 1 + months, 12)
    for day in range(happened_on.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, happened_on.day)


def _purpose(table: object) -> Purpose:
    if not isinstance(table, dict):
        raise PurposesInvalid("[[purpose]] は表でなければなりません。")
    code, label, channel = (table.get(name, "") for name in ("code", "label", "channel"))
    if not isinstance(code, str) or not CODE.fullmatch(code):
        raise PurposesInvalid(f"code は英小文字・数字・_ の30文字までです: {code!r}")
    if not isinstance(label, str) or not label.strip() or not isinstance(channel, str):
        raise PurposesInvalid(f"{code}: label と channel は文字で書いてください。")
    months = table.get("months")
    if months is not None and not (type(months) is int and 0 < months <= MOST_MONTHS):
        raise PurposesInvalid(f"{code}: months は1から{MOST_MONTHS}までの整数です。")
    return Purpose(code, label.strip(), channel, months, _versions(code, table.get("version")))


def _versions(code: str, tables: object) -> tuple[Version, ...]:
    if not isinstance(tables, list) or not tables:
        raise PurposesInvalid(f"{code}: [[purpose.version]] が1つもありません。")
    versions = []
    for wanted, table in enumerate(tables, start=1):
        words = table.get("words") if isinstance(table, dict) else None
        if not isinstance(words, str) or not words.strip() or table.get("number") != wanted:
            raise PurposesInvalid(f"{code}: 版は1から順に number と words を書いてください。")
        versions.append(Version(wanted, words.strip()))
    return tuple(versions)
