"""What a licence and a certificate of driving history print alike: person, number, kinds, days, commission, back."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from keizoku.kernel.text import prefectures
from keizoku.sample.documents.grounds import ground
from keizoku.sample.documents.holders import TODAY, Holder, draw_holder, padded_era
from keizoku.sample.documents.sheet import LABEL, RED, Sheet, Style
from keizoku.sample.documents.specimens import Side

SIZE: Final = (85.6, 54.0)
VARIANTS: Final = ("2019", "2009", "shifted", "2025")
KEPT_OUT: Final = "2025"
KINDS: Final = (
    "大型", "中型", "準中型", "普通", "大特", "大自二", "普自二", "小特", "原付", "け引",
    "大二", "中二", "普二", "大特二", "け引二",
)  # fmt: skip


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


LAYOUTS: Final = {
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


def rules(sheet: Sheet, layout: Layout) -> None:
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


def person(sheet: Sheet, licence: Licence, layout: Layout) -> None:
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


def numbered(sheet: Sheet, licence: Licence, layout: Layout) -> None:
    """第 … 号."""
    dx, dy = layout.dx, layout.dy
    sheet.text((2.8 + dx, layout.number + 0.9 + dy), "番号", Style(2.0, LABEL))
    sheet.text((layout.left + dx, layout.number + 0.5 + dy), "第", Style(2.8))
    ink = Style(3.5, spacing=0.55, width=28.6)
    box = sheet.text((layout.left + 4.2 + dx, layout.number + dy), licence.number, ink)
    sheet.remember("number", licence.number, licence.number, [box])
    sheet.text((layout.left + 33.6 + dx, layout.number + 0.5 + dy), "号", Style(2.8))


def foot(sheet: Sheet, licence: Licence, layout: Layout, variant: str) -> None:
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
    kinds = [kind for kind in KINDS if variant != "2009" or kind != "準中型"]
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


def back(rng: Random, licence: Licence, font: str) -> Side:
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
    place = prefectures.name(moved.place.prefecture_code) or ""
    sheet.text((64.0, 33.0), f"{place}公安委員会", Style(2.0, RED, width=18))
