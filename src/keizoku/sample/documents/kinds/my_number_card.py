"""個人番号カード, the front alone: the back carries the Individual Number, which nobody may ask for, so none is drawn.

Layouts: "2016" as first issued; "former-name" adds the name before marriage in brackets (2019-11-05 on); "shifted" is set by
another machine; "2026" (kept out of tuning) sets name and days larger and closer together.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from keizoku.kernel.text import era, prefectures
from keizoku.sample.documents.grounds import ground
from keizoku.sample.documents.holders import TODAY, Holder, anniversary, draw_holder
from keizoku.sample.documents.portraits import portrait
from keizoku.sample.documents.sheet import LABEL, Sheet, Style
from keizoku.sample.documents.specimens import Side

SIZE: Final = (85.6, 54.0)
VARIANTS: Final = ("2016", "former-name", "shifted", "2026")
KEPT_OUT: Final = "2026"
_BEGAN: Final = date(2016, 1, 12)
_OF_AGE_IN: Final = 18
_PINK: Final = (204, 82, 128)


@dataclass(frozen=True)
class Layout:
    """Where the parts stand, in millimetres."""

    name: float = 3.4
    address: float = 9.0
    letters: float = 3.5
    days: float = 22.6
    left: float = 28.6
    step: float = 5.2
    dx: float = 0.0
    dy: float = 0.0


_LAYOUTS: Final = {
    "2016": Layout(),
    "former-name": Layout(letters=3.3),
    "shifted": Layout(name=3.8, address=9.3, days=23.0, left=29.2, dx=-0.4, dy=0.3),
    "2026": Layout(name=3.1, letters=3.8, days=21.8, left=28.0, step=4.8),
}


def draw(rng: Random, variant: str, font: str, identity: int) -> tuple[Side, ...]:
    """The front and nothing else."""
    layout, holder = _LAYOUTS[variant], draw_holder(rng)
    sheet = Sheet.blank(SIZE, font, ground(rng, (250, 238, 240), (236, 244, 232), strength=9))
    _person(rng, sheet, holder, layout, has_former_name=variant == "former-name")
    _days(sheet, holder, layout, _expiry(rng, holder.born))
    place = f"{prefectures.name(holder.place.prefecture_code)}{holder.place.town.city}"
    sheet.text((layout.left + layout.dx, 39.6 + layout.dy), f"{place}長", Style(2.6, width=26))
    sheet.text((66.0, 17.4), "個人番号", Style(3.2, _PINK, spacing=0.2))
    sheet.text((67.6, 21.2), "カード", Style(3.0, _PINK, spacing=0.2))
    sheet.frame((56.6, 40.8, 26.6, 10.6))
    sheet.text((57.2, 41.2), "追記欄", Style(1.7, LABEL))
    sheet.text((2.8, 47.8), "臓器提供意思", Style(1.7, LABEL))
    sheet.frame((13.4, 46.8, 40.0, 4.6))
    sheet.text((28.6 + layout.dx, 35.4 + layout.dy), "電子証明書の有効期限　　年　月　日", Style(1.9, LABEL))
    sheet.text((75.0, 36.6), f"{rng.randrange(10_000):04}", Style(2.2))
    sheet.portrait(portrait(identity), (3.4 + layout.dx, 19.0 + layout.dy, 20.4, 26.4))
    sheet.marked((4.0 + layout.dx, 41.0 + layout.dy), size=3.2)
    sheet.marked((71.6, 27.4), size=3.6)
    return (sheet.side("front"),)


def _person(rng: Random, sheet: Sheet, holder: Holder, layout: Layout, *, has_former_name: bool) -> None:
    dx, dy = layout.dx, layout.dy
    sheet.text((2.8 + dx, layout.name + 0.9 + dy), "氏名", Style(2.0, LABEL))
    sheet.text((2.8 + dx, layout.address + 0.5 + dy), "住所", Style(2.0, LABEL))
    name = holder.name
    if has_former_name and holder.is_written_in_kanji:
        name = f"{holder.family}［{draw_holder(rng, is_foreign=False).family}］　{holder.given}"
    sheet.field(
        "name", name, [((8.6 + dx, layout.name + dy), name)], Style(layout.letters, spacing=0.2, width=70)
    )
    address, longest = holder.address, 26
    lines = [((8.6 + dx, layout.address + dy), address[:longest])]
    if len(address) > longest:
        lines.append(((8.6 + dx, layout.address + 3.9 + dy), address[longest:].strip("　")))
    sheet.field("address", address, lines, Style(min(layout.letters, 2.75), width=73))


def _days(sheet: Sheet, holder: Holder, layout: Layout, expires: date) -> None:
    dx, dy = layout.dx, layout.dy
    left, top = layout.left + dx, layout.days + dy
    year = era.era_year(holder.born)
    written = "元" if year == 1 else f"{year:>2}"
    born = f"{era.era_of(holder.born).name}{written}年{holder.born.month:>2}月{holder.born.day:>2}日生"
    sheet.field("birth_date", holder.born.isoformat(), [((left, top), born)], Style(2.9, width=30))
    sheet.text((left + 31.6, top - 2.0), "性別", Style(1.7, LABEL))
    sheet.field("sex", _sex(holder), [((left + 32.0, top), _sex(holder))], Style(2.9))
    until = f"{expires.year}年{expires.month:>2}月{expires.day:>2}日まで有効"
    sheet.field(
        "expiry_date", expires.isoformat(), [((left, top + layout.step), until)], Style(2.9, width=40)
    )


def _sex(holder: Holder) -> str:
    return "男" if holder.is_male else "女"


def _expiry(rng: Random, born: date) -> date:
    """The tenth birthday after the issue, the fifth for whoever was not of age (番号利用法施行規則)."""
    issued = _BEGAN + timedelta(days=rng.randrange((TODAY - _BEGAN).days))
    issued = max(issued, born + timedelta(days=40))
    birthday = anniversary(born, issued.year)
    first = issued.year if birthday > issued else issued.year + 1
    years = 10 if issued >= anniversary(born, born.year + _OF_AGE_IN) else 5
    return anniversary(born, first + years - 1)
