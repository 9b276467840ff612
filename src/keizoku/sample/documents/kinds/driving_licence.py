"""運転免許証 (道路交通法施行規則 別記様式第十四): the card as it is printed, and its back with noted changes.

Layouts: "2019" is the present one; "2009" has the expiry by era alone and fourteen kinds; "shifted" is the present one as
another prefecture's printer sets it; "2025" (kept out of tuning) sets larger letters and a narrower band.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from keizoku.kernel.text import prefectures
from keizoku.sample.documents.grounds import ground
from keizoku.sample.documents.holders import TODAY, Holder, anniversary, draw_holder, padded_era
from keizoku.sample.documents.portraits import portrait
from keizoku.sample.documents.sheet import LABEL, RED, Colour, Sheet, Style
from keizoku.sample.documents.specimens import Side

SIZE: Final = (85.6, 54.0)
VARIANTS: Final = ("2019", "2009", "shifted", "2025")
KEPT_OUT: Final = "2025"
# The public safety commission's code for each prefecture, in the order of the JIS codes.
_COMMISSIONS: Final = (
    10, 20, 21, 22, 23, 24, 25, 40, 41, 42, 43, 44, 30, 45, 46, 50, 51, 52, 47, 48, 53, 49, 54, 55,
    60, 61, 62, 63, 64, 65, 70, 71, 72, 73, 74, 80, 81, 82, 83, 90, 91, 92, 93, 94, 95, 96, 97,
)  # fmt: skip
_WEIGHTS: Final = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_KINDS: Final = (
    "大型", "中型", "準中型", "普通", "大特", "大自二", "普自二", "小特", "原付", "け引",
    "大二", "中二", "普二", "大特二", "け引二",
)  # fmt: skip
_BANDS: Final[dict[str, Colour]] = {"gold": (226, 186, 84), "blue": (120, 176, 224), "green": (132, 200, 140)}
# 中型 began on 2007-06-02, 準中型 on 2017-03-12: an older 普通 became a limited one of those (道路交通法改正附則).
_MIDDLE_BEGAN: Final = date(2007, 6, 2)
_SEMI_MIDDLE_BEGAN: Final = date(2017, 3, 12)
_WESTERN_YEAR_BEGAN: Final = date(2019, 3, 1)
_OLD_AGE, _OLDER_AGE = 70, 71


@dataclass(frozen=True)
class Layout:
    """Where the parts stand, in millimetres."""

    name: float = 3.3
    address: float = 8.9
    issued: float = 14.0
    band: float = 18.6
    band_height: float = 5.2
    conditions: float = 25.2
    number: float = 36.6
    foot: float = 42.0
    left: float = 9.4
    letters: float = 3.3
    has_era_alone: bool = False
    dx: float = 0.0
    dy: float = 0.0


_LAYOUTS: Final = {
    "2019": Layout(),
    "2009": Layout(letters=3.1, has_era_alone=True, band=18.9, band_height=4.8),
    "shifted": Layout(name=3.6, address=9.1, left=9.9, letters=3.15, dx=0.5, dy=0.35),
    "2025": Layout(name=3.0, address=8.6, issued=13.8, letters=3.5, band=19.0, band_height=4.6, dx=-0.3),
}


@dataclass(frozen=True)
class Licence:
    """What stands on the card."""

    holder: Holder
    number: str
    issued: date
    expires: date
    colour: str
    kinds: tuple[str, ...]
    first_got: tuple[date | None, date | None, date | None]
    conditions: tuple[str, ...]


def draw(rng: Random, variant: str, font: str, identity: int) -> tuple[Side, ...]:
    """Front and back."""
    licence = invent(rng, variant)
    return _front(rng, licence, variant, font, identity), _back(rng, licence, font)


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
    return tuple(kind for kind in _KINDS if kind in held), (two_wheels, got, second)


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
    layout = _LAYOUTS[variant]
    paper = ground(rng, (236, 244, 240), (244, 236, 232))
    sheet = Sheet.blank(SIZE, font, paper)
    _rules(sheet, layout)
    _person(sheet, licence, layout)
    _validity(sheet, licence, layout)
    _middle(sheet, licence, layout)
    _foot(sheet, licence, layout, variant)
    sheet.portrait(portrait(identity), (59.6 + layout.dx, 15.2 + layout.dy, 23.2, 29.4))
    sheet.marked((60.4 + layout.dx, 39.6 + layout.dy), size=3.6)
    sheet.marked((46.2, 33.5), size=2.3)
    return sheet.side("front")


def _rules(sheet: Sheet, layout: Layout) -> None:
    dx, dy = layout.dx, layout.dy
    sheet.frame((2.4 + dx, 2.4 + dy, 80.8, 5.4))
    sheet.rule((55.5 + dx, 2.4 + dy), (55.5 + dx, 7.8 + dy))
    sheet.frame((2.4 + dx, 7.8 + dy, 80.8, 5.6))
    sheet.rule((8.6 + dx, 2.4 + dy), (8.6 + dx, 13.4 + dy))
    sheet.frame((2.4 + dx, 13.4 + dy, 55.8, 4.8))
    sheet.rule((8.6 + dx, 13.4 + dy), (8.6 + dx, 18.2 + dy))
    label = Style(2.1, LABEL)
    sheet.text((3.2 + dx, layout.name + 0.7 + dy), "氏名", label)
    sheet.text((3.2 + dx, layout.address + 0.6 + dy), "住所", label)
    sheet.text((3.2 + dx, layout.issued + 0.6 + dy), "交付", label)


def _person(sheet: Sheet, licence: Licence, layout: Layout) -> None:
    holder, dx, dy = licence.holder, layout.dx, layout.dy
    sheet.field(
        "name", holder.name, [((layout.left + dx, layout.name + dy), holder.name)],
        Style(layout.letters + 0.1, width=45.0, spacing=0.35 if holder.is_written_in_kanji else 0),
    )  # fmt: skip
    born = padded_era(holder.born, pad=" ") + "生"
    sheet.field(
        "birth_date",
        holder.born.isoformat(),
        [((56.2 + dx, layout.name + 0.2 + dy), born)],
        Style(3.0, width=26.4),
    )
    _address(sheet, holder.address, (layout.left + dx, layout.address + dy), layout.letters - 0.2)
    line = (layout.left + dx, layout.issued + dy)
    ink = Style(layout.letters - 0.2)
    box = sheet.text(line, padded_era(licence.issued), ink)
    sheet.remember("issue_date", licence.issued.isoformat(), padded_era(licence.issued), [box])
    sheet.text((line[0] + 28.5, line[1]), f"{licence.number[4:9]}", ink)


def _address(sheet: Sheet, address: str, at: tuple[float, float], size: float) -> None:
    """One line, or two of smaller letters where one would be too narrow."""
    longest = 30
    if len(address) <= longest:
        sheet.field("address", address, [(at, address)], Style(size, width=72.6))
        return
    cut = address.find("　") if 0 < address.find("　") <= longest else longest
    first, rest = address[:cut], address[cut:].strip("　")
    small = Style(2.35, width=72.6)
    sheet.field("address", address, [((at[0], at[1] - 0.9), first), ((at[0], at[1] + 1.7), rest)], small)


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
    sheet.text((2.8 + dx, layout.number + 0.9 + dy), "番号", label)
    sheet.text((layout.left + dx, layout.number + 0.5 + dy), "第", Style(2.8))
    ink = Style(3.5, spacing=0.55, width=28.6)
    box = sheet.text((layout.left + 4.2 + dx, layout.number + dy), licence.number, ink)
    sheet.remember("number", licence.number, licence.number, [box])
    sheet.text((layout.left + 33.6 + dx, layout.number + 0.5 + dy), "号", Style(2.8))


def _foot(sheet: Sheet, licence: Licence, layout: Layout, variant: str) -> None:
    dx, dy = layout.dx, layout.dy
    boxes = []
    for place, (label, day) in enumerate(zip(("二・小・原", "他", "二種"), licence.first_got, strict=True)):
        top = layout.foot + place * 3.1 + dy
        sheet.text((2.8 + dx, top + 0.3), label, Style(1.7, LABEL, width=6))
        boxes.append(sheet.text((9.2 + dx, top), _day(day), Style(2.35, width=18.9)))
    days = " ".join(day.isoformat() if day else "-" for day in licence.first_got)
    sheet.remember("kinds_dates", days, "\n".join(map(_day, licence.first_got)), boxes)
    _grid(sheet, licence, (30.0 + dx, layout.foot - 0.2 + dy), variant)
    prefecture = prefectures.name(licence.holder.place.prefecture_code) or ""
    sheet.text((60.4 + dx, 45.6 + dy), prefecture, Style(2.5, spacing=0.1, width=14))
    sheet.text((60.4 + dx, 48.6 + dy), "公安委員会", Style(2.3, spacing=0.1))
    sheet.frame((76.4 + dx, 45.4 + dy, 6.2, 6.2), RED)
    for row, words in enumerate(("公安", "委員", "会印")):
        sheet.text((77.1 + dx, 45.6 + 1.9 * row + dy), words, Style(1.75, RED, spacing=0.6))


def _grid(sheet: Sheet, licence: Licence, at: tuple[float, float], variant: str) -> None:
    """The kinds of vehicle: a name where held, a stroke where not."""
    kinds = [kind for kind in _KINDS if variant != "2009" or kind != "準中型"]
    columns = -(-len(kinds) // 2)
    step, height = 26.4 / columns, 4.5
    sheet.text((at[0] - 1.4, at[1] + 1.2), "種類", Style(1.8, LABEL, is_upright=True))
    boxes = []
    for place, kind in enumerate(kinds):
        left = at[0] + 1.2 + (place % columns) * step
        top = at[1] + (place // columns) * height
        sheet.frame((left, top, step, height))
        if kind in licence.kinds:
            upright = Style(1.45 if len(kind) > 2 else 1.8, is_upright=True, spacing=-0.05)  # noqa: PLR2004 - three letters
            boxes.append(sheet.text((left + 0.7, top + 0.1), kind, upright))
        else:
            sheet.text((left + 0.7, top + 1.1), "－", Style(1.8, LABEL))
    sheet.remember("kinds_of_vehicle", " ".join(licence.kinds), " ".join(licence.kinds), boxes)


def _day(day: date | None) -> str:
    return padded_era(day) if day else "平成00年00月00日"


def _back(rng: Random, licence: Licence, font: str) -> Side:
    """備考: a change of address in three of ten, stamped by the commission."""
    sheet = Sheet.blank(SIZE, font, ground(rng, (240, 240, 236), (236, 238, 242), strength=6))
    sheet.frame((2.4, 8.0, 80.8, 30.0))
    sheet.text((38.0, 4.0), "備　考", Style(2.6, LABEL))
    for line in range(1, 5):
        sheet.rule((2.4, 8.0 + 6 * line), (83.2, 8.0 + 6 * line))
    if rng.random() < 0.3:  # noqa: PLR2004 - three of ten moved
        _noted(rng, sheet, licence)
    sheet.text((3.0, 39.6), "臓器提供に関する意思", Style(2.0, LABEL))
    sheet.frame((2.4, 42.4, 80.8, 9.4))
    sheet.marked((70.4, 43.4), size=4.2)
    return sheet.side("back")


def _noted(rng: Random, sheet: Sheet, licence: Licence) -> None:
    moved = draw_holder(rng, is_foreign=False)
    left = max(1, (TODAY - licence.issued).days)
    day = licence.issued + timedelta(days=rng.randrange(left))
    address = moved.address.replace("　", "")
    words = f"{padded_era(day)}　新住所"
    lines = [
        ((3.6, 9.4), words),
        *(((3.6, 15.4 + 6 * at), address[24 * at : 24 * at + 24]) for at in range(3)),
    ]
    lines = [line for line in lines if line[1]]
    sheet.field("note", f"{words}\n{address}", lines, Style(3.0, width=72))
    place = prefectures.name(licence.holder.place.prefecture_code) or ""
    sheet.text((64.0, 33.0), f"{place}公安委員会", Style(2.0, RED, width=18))
