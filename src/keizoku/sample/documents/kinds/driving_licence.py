"""運転免許証 (道路交通法施行規則 別記様式第十四): the card as it is printed, and its back with noted changes.

Layouts: "2019" is the present one; "2009" has the expiry by era alone and fourteen kinds; "shifted" is the present one as
another prefecture's printer sets it; "2025" (kept out of tuning) sets larger letters and a narrower band.
"""

from datetime import date, timedelta
from random import Random
from typing import Final

from keizoku.sample.documents.grounds import ground
from keizoku.sample.documents.holders import TODAY, Holder, anniversary, draw_holder, padded_era
from keizoku.sample.documents.kinds.driver_cards import (
    KINDS,
    LAYOUTS,
    SIZE,
    Layout,
    Licence,
    back,
    foot,
    numbered,
    person,
    rules,
)
from keizoku.sample.documents.portraits import portrait
from keizoku.sample.documents.sheet import LABEL, Colour, Sheet, Style
from keizoku.sample.documents.specimens import Side

# The public safety commission's code for each prefecture, in the order of the JIS codes.
_COMMISSIONS: Final = (
    10, 20, 21, 22, 23, 24, 25, 40, 41, 42, 43, 44, 30, 45, 46, 50, 51, 52, 47, 48, 53, 49, 54, 55,
    60, 61, 62, 63, 64, 65, 70, 71, 72, 73, 74, 80, 81, 82, 83, 90, 91, 92, 93, 94, 95, 96, 97,
)  # fmt: skip
_WEIGHTS: Final = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_BANDS: Final[dict[str, Colour]] = {"gold": (226, 186, 84), "blue": (120, 176, 224), "green": (132, 200, 140)}
# 中型 began on 2007-06-02, 準中型 on 2017-03-12: an older 普通 became a limited one of those (道路交通法改正附則).
_MIDDLE_BEGAN: Final = date(2007, 6, 2)
_SEMI_MIDDLE_BEGAN: Final = date(2017, 3, 12)
_WESTERN_YEAR_BEGAN: Final = date(2019, 3, 1)
_OLD_AGE, _OLDER_AGE = 70, 71


def draw(rng: Random, variant: str, font: str, identity: int) -> tuple[Side, ...]:
    """Front and back."""
    licence = invent(rng, variant)
    return _front(rng, licence, variant, font, identity), back(rng, licence, font)


def invent(rng: Random, variant: str) -> Licence:
    """A licence whose number, colour, kinds and days belong together."""
    holder = draw_holder(rng)
    last = date(2019, 1, 31) if variant == "2009" else TODAY
    first = date(2010, 1, 4) if variant == "2009" else _WESTERN_YEAR_BEGAN
    of_age = anniversary(holder.born, holder.born.year + 18)
    first = max(first, of_age + timedelta(days=30))
    if first >= last:
        holder, first = _older(rng, last), date(2010, 1, 4)
        of_age = anniversary(holder.born, holder.born.year + 18)
    issued = first + timedelta(days=rng.randrange(max(1, (last - first).days)))
    got = of_age + timedelta(days=rng.randrange(max(1, min((issued - of_age).days, 9000))))
    colour = _colour(rng, got, issued)
    kinds, days = _kinds(rng, got, issued, variant)
    return Licence(
        holder, number(rng, holder, got), issued, _expiry(holder.born, issued, colour), colour, kinds, days,
        _conditions(rng, got, kinds),
    )  # fmt: skip


def number(rng: Random, holder: Holder, got: date) -> str:
    """Commission of first issue, year of first issue, serial, check digit, count of lost cards."""
    ten = f"{_COMMISSIONS[int(holder.place.prefecture_code) - 1]}{got.year % 100:02}{rng.randrange(1_000_000):06}"
    weighed = sum(int(digit) * weight for digit, weight in zip(ten, _WEIGHTS, strict=True))
    return f"{ten}{(11 - weighed % 11) % 10}{rng.choices((0, 1, 2), (88, 10, 2))[0]}"


def _older(rng: Random, last: date) -> Holder:
    holder = draw_holder(rng)
    while anniversary(holder.born, holder.born.year + 19) >= last:
        holder = draw_holder(rng)
    return holder


def _colour(rng: Random, got: date, issued: date) -> str:
    years = (issued - got).days / 365
    if years < 3:  # noqa: PLR2004 - the first licence is green until its first renewal (道路交通法92条の2)
        return "green"
    return rng.choice(("gold", "gold", "blue")) if years > 5 else "blue"  # noqa: PLR2004 - 優良: five years without a fault


def _expiry(born: date, issued: date, colour: str) -> date:
    """A month after the birthday of the last year (道路交通法92条の2)."""
    birthday = anniversary(born, issued.year)
    next_birthday = birthday if birthday >= issued else anniversary(born, issued.year + 1)
    age = next_birthday.year - born.year
    years = {"green": 3, "blue": 5, "gold": 5}[colour]
    if age >= _OLD_AGE:
        years = 3 if age > _OLDER_AGE else 4
    last = anniversary(born, next_birthday.year + years - 1)
    month, year = (1, last.year + 1) if last.month == 12 else (last.month + 1, last.year)  # noqa: PLR2004 - December
    return _same_day(year, month, last.day)


def _same_day(year: int, month: int, day: int) -> date:
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


def _kinds(
    rng: Random, got: date, issued: date, variant: str
) -> tuple[tuple[str, ...], tuple[date | None, date | None, date | None]]:
    car = (
        "中型"
        if got < _MIDDLE_BEGAN
        else "準中型"
        if got < _SEMI_MIDDLE_BEGAN and variant != "2009"
        else "普通"
    )
    held, two_wheels, second = {car}, None, None
    if rng.random() < 0.25:  # noqa: PLR2004 - about a quarter also ride
        held.add(rng.choice(("普自二", "大自二", "原付")))
        two_wheels = got - timedelta(days=rng.randrange(0, 300))
    later = got + timedelta(days=1200)
    if rng.random() < 0.08 and later < issued:  # noqa: PLR2004 - about as many drive for others
        held.add("普二")
        second = later
    return tuple(kind for kind in KINDS if kind in held), (two_wheels, got, second)


def _conditions(rng: Random, got: date, kinds: tuple[str, ...]) -> tuple[str, ...]:
    lines = []
    if rng.random() < 0.55:  # noqa: PLR2004 - more than half wear glasses
        lines.append("眼鏡等")
    if "中型" in kinds:
        lines.append("中型車は中型車(8t)に限る")
    if "準中型" in kinds and got < _SEMI_MIDDLE_BEGAN:
        lines.append("準中型車は準中型車(5t)に限る")
    if got.year > 1992 and rng.random() < 0.45:  # noqa: PLR2004 - AT限定 began in 1991, about half take it
        limit = {"中型": "中型車(8t)と", "準中型": "準中型車(5t)と"}.get(kinds[0], "")
        lines.append(f"{limit}普通車はAT車に限る")
    return tuple(lines)


def _front(rng: Random, licence: Licence, variant: str, font: str, identity: int) -> Side:
    layout = LAYOUTS[variant]
    paper = ground(rng, (236, 244, 240), (244, 236, 232))
    sheet = Sheet.blank(SIZE, font, paper)
    rules(sheet, layout)
    person(sheet, licence, layout)
    _validity(sheet, licence, layout)
    _middle(sheet, licence, layout)
    foot(sheet, licence, layout, variant)
    sheet.portrait(portrait(identity), (59.6 + layout.dx, 15.2 + layout.dy, 23.2, 29.4))
    sheet.marked((60.4 + layout.dx, 39.6 + layout.dy), size=3.6)
    sheet.marked((46.2, 33.5), size=2.3)
    return sheet.side("front")


def _validity(sheet: Sheet, licence: Licence, layout: Layout) -> None:
    dx, dy = layout.dx, layout.dy
    sheet.fill((2.4 + dx, layout.band + dy, 55.8, layout.band_height), _BANDS[licence.colour])
    by_era = padded_era(licence.expires)
    words = f"{by_era}まで有効"
    if not layout.has_era_alone:
        year, rest = by_era.split("年", 1)
        words = f"{licence.expires.year}年({year}年){rest}まで有効"
    at = (layout.left - 3.4 + dx, layout.band + (layout.band_height - 4.2) / 2 + dy)
    box = sheet.text(at, words, Style(3.7, spacing=0.12, width=50.5))
    sheet.remember("expiry_date", licence.expires.isoformat(), words, [box])
    thousandths = [(2.4 + dx, layout.band + dy, 55.8, layout.band_height)]
    sheet.remember("colour_of_validity", licence.colour, licence.colour, thousandths)


def _middle(sheet: Sheet, licence: Licence, layout: Layout) -> None:
    dx, dy = layout.dx, layout.dy
    label = Style(2.0, LABEL)
    sheet.text((2.8 + dx, layout.conditions + 0.4 + dy), "免許の", label)
    sheet.text((2.8 + dx, layout.conditions + 3.0 + dy), "条件等", label)
    lines = [
        ((layout.left + 0.4 + dx, layout.conditions + 0.2 + place * 2.7 + dy), words)
        for place, words in enumerate(licence.conditions)
    ]
    if lines:
        sheet.field("conditions", "\n".join(licence.conditions), lines, Style(2.35, width=38))
    if licence.colour == "gold":
        sheet.frame((50.8 + dx, layout.conditions + 0.6 + dy, 6.4, 3.4))
        sheet.text((51.2 + dx, layout.conditions + 0.8 + dy), "優良", Style(2.8))
    sheet.text((53.8 + dx, 30.2 + dy), "運転免許証", Style(2.1, is_upright=True, spacing=0.05))
    numbered(sheet, licence, layout)
