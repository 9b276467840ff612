"""Addresses held against Japan Post's list: prefecture, city and town exist, or one character was misread.

I correct only where exactly one name of the list differs by one character (two in long names), and say so.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from keizoku.kernel.text import postal, prefectures

_BEFORE_TOWN: Final = re.compile(r"大字|字")
_LONG: Final = 5


@dataclass(frozen=True)
class Located:
    """An address as far as the list knows it; `text` is corrected where `corrections` are made (read, listed)."""

    text: str
    is_listed: bool
    corrections: tuple[tuple[str, str], ...] = ()


def located(address: str) -> Located:
    """The address with its prefecture, city and town as the list has them."""
    corrections: list[tuple[str, str]] = []
    prefecture = _first(address, prefectures.NAMES, corrections)
    if prefecture is None:
        return Located(address, is_listed=False)
    listed = postal.towns(prefecture)
    rest = address[len(prefecture) :]
    city = _first(rest, _openings(listed), corrections)
    if city is None:
        return Located(prefecture + rest, is_listed=False, corrections=tuple(corrections))
    rest = rest[len(city) :]
    towns = {town for name, all_of in listed.items() if name.endswith(city) for town in all_of if town}
    before = _BEFORE_TOWN.match(rest)
    opening = before[0] if before else ""
    town = _first(rest, towns, corrections)
    if town is None and opening:
        opening_town = _first(rest[len(opening) :], towns, corrections)
        town = opening + opening_town if opening_town else None
    if town is None:
        return Located(prefecture + city + rest, is_listed=False, corrections=tuple(corrections))
    return Located(
        prefecture + city + town + rest[len(town) :], is_listed=True, corrections=tuple(corrections)
    )


def _openings(cities: Iterable[str]) -> set[str]:
    """Names of cities; a village may be written without its county."""
    names = set(cities)
    return names | {name.split("郡", 1)[1] for name in names if "郡" in name and not name.endswith("市")}


def _first(text: str, names: Iterable[str], corrections: list[tuple[str, str]]) -> str | None:
    """The name with which `text` begins, or the one that it nearly begins with."""
    plain = _folded(text)
    folded = {_folded(name): name for name in names}
    exact = [name for name in folded if plain.startswith(name)]
    if exact:
        return folded[max(exact, key=len)]
    near = [name for name in folded if _is_near(plain[: len(name)], name)]
    if not near:
        return None
    longest = max(len(name) for name in near)
    best = [name for name in near if len(name) == longest]
    if len(best) != 1:
        return None
    corrections.append((text[:longest], folded[best[0]]))
    return folded[best[0]]


def _folded(text: str) -> str:
    """ケ and ヶ differ in size alone; no reader of pictures tells them apart, and the list knows which it is."""
    return unicodedata.normalize("NFKC", text).replace("ヶ", "ケ")


def _is_near(read: str, name: str) -> bool:
    if len(read) != len(name) or len(name) < 2:  # noqa: PLR2004 - a single character proves nothing
        return False
    different = sum(one != other for one, other in zip(read, name, strict=True))
    return different <= (2 if len(name) > _LONG else 1)
