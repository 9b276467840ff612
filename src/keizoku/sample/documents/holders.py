"""Who a specimen is made out to: an invented person with the numbers that belong to documents.

Everything comes from the holder's own random source. Days are counted from one fixed day, so that a seed draws the same
specimen in every year.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from keizoku.kernel.text import era
from keizoku.kernel.text.digits import full_width_digits
from keizoku.sample import foreign_names, given_names
from keizoku.sample.family_names import FAMILY_NAMES, VARIANTS
from keizoku.sample.places import Place, draw_place, write_address

TODAY: Final = date(2026, 10, 1)
# Family names whose spelling lies outside JIS X 0208, or that readers of text like to make plainer.
_RARE_FAMILIES: Final = (
    ("山﨑", "ヤマザキ"), ("𠮷田", "ヨシダ"), ("濵田", "ハマダ"), ("圡屋", "ツチヤ"), ("髙橋", "タカハシ"),
    ("渡邉", "ワタナベ"), ("渡邊", "ワタナベ"), ("齋藤", "サイトウ"), ("宮﨑", "ミヤザキ"), ("德永", "トクナガ"),
    ("栁田", "ヤナギダ"), ("廣瀨", "ヒロセ"), ("嶌田", "シマダ"), ("髙木", "タカギ"), ("邉見", "ヘンミ"),
    ("尾﨑", "オザキ"), ("𠮷川", "ヨシカワ"), ("濵口", "ハマグチ"), ("岩﨑", "イワサキ"), ("𠮷村", "ヨシムラ"),
)  # fmt: skip
_RARE_SHARE: Final = 0.15
_FOREIGN_SHARE: Final = 0.03
_WIDE_DIGITS_SHARE: Final = 0.3
_YOUNGEST_DRIVER: Final = 18
_OLDEST: Final = 92
_YEAR: Final = 365.25


@dataclass(frozen=True)
class Holder:
    """An invented person; kana in full width, `nationality` as an ICAO code."""

    family: str
    given: str
    family_kana: str
    given_kana: str
    is_male: bool
    born: date
    place: Place
    address: str
    nationality: str

    @property
    def name(self) -> str:
        return f"{self.family}　{self.given}" if self.is_written_in_kanji else f"{self.family} {self.given}"

    @property
    def is_written_in_kanji(self) -> bool:
        return not self.family.isascii()


def draw_holder(rng: Random, *, is_foreign: bool | None = None) -> Holder:
    """Somebody old enough to drive."""
    if is_foreign is None:
        is_foreign = rng.random() < _FOREIGN_SHARE
    days = rng.randint(int((_YOUNGEST_DRIVER + 1) * _YEAR), int((50 if is_foreign else _OLDEST) * _YEAR))
    born, is_male = TODAY - timedelta(days=days), rng.random() < 0.5  # noqa: PLR2004 - as many women as men
    nationality = _nationality(rng) if is_foreign else "JPN"
    family, family_kana, given, given_kana = _name(rng, nationality, born, is_male=is_male)
    place = draw_place(rng)
    address = write_address(rng, place).replace("\r\n", "　").replace(" ", "　")
    if rng.random() < _WIDE_DIGITS_SHARE:
        address = full_width_digits(address).replace("-", "－")
    return Holder(family, given, family_kana, given_kana, is_male, born, place, address, nationality)


def padded_era(day: date, *, pad: str = "0") -> str:
    """令和03年04月01日: an official date with two figures a part; 元年 is printed 01年."""
    parts = (era.era_year(day), day.month, day.day)
    year, month, number = (str(part).rjust(2, pad) for part in parts)
    return f"{era.era_of(day).name}{year}年{month}月{number}日"


def anniversary(day: date, year: int) -> date:
    """The birthday in `year`; whoever was born on 29 February has it on the 28th (年齢計算ニ関スル法律)."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _nationality(rng: Random) -> str:
    codes = [code for code, _ in foreign_names.NATIONALITIES]
    return rng.choices(codes, [share for _, share in foreign_names.NATIONALITIES])[0]


def _name(rng: Random, nationality: str, born: date, *, is_male: bool) -> tuple[str, str, str, str]:
    if nationality != "JPN":
        family, family_kana = rng.choice(foreign_names.FAMILY_NAMES[nationality])
        given, given_kana = rng.choice(foreign_names.GIVEN_NAMES[nationality])
        return family, family_kana, given, given_kana
    family, family_kana = _family(rng)
    given, given_kana = rng.choice(given_names.usual_in(born.year, "male" if is_male else "female"))
    return family, family_kana, given, given_kana


def _family(rng: Random) -> tuple[str, str]:
    if rng.random() < _RARE_SHARE:
        return rng.choice(_RARE_FAMILIES)
    family, kana, _ = rng.choices(FAMILY_NAMES, [bearers for *_, bearers in FAMILY_NAMES])[0]
    lot = rng.randrange(100)
    for variant, share in VARIANTS.get(family, ()):
        if lot < share:
            return variant, kana
        lot -= share
    return family, kana
