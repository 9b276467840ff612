"""運転経歴証明書 (道路交通法施行規則 別記様式第十九の三の十): as a licence, but it never ends and allows no driving.

Those issued from 2012-04-01 on prove who somebody is without end.
"""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Final

from keizoku.sample.documents.grounds import ground
from keizoku.sample.documents.holders import TODAY, anniversary
from keizoku.sample.documents.kinds import driving_licence
from keizoku.sample.documents.kinds.driver_cards import (
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
from keizoku.sample.documents.sheet import LABEL, Sheet, Style
from keizoku.sample.documents.specimens import Side

_PROVES_SINCE: Final = date(2012, 4, 1)
_BAND: Final = (206, 196, 222)
_OLD_ENOUGH: Final = 62


def draw(rng: Random, variant: str, font: str, identity: int) -> tuple[Side, ...]:
    """Front and back."""
    certificate = _invent(rng, variant)
    return _front(rng, certificate, variant, font, identity), back(rng, certificate, font)


def _invent(rng: Random, variant: str) -> Licence:
    """Somebody of 62 or more who gave the licence back."""
    licence = driving_licence.invent(rng, variant)
    while licence.holder.born.year > TODAY.year - _OLD_ENOUGH - 2:
        licence = driving_licence.invent(rng, variant)
    first = max(_PROVES_SINCE, anniversary(licence.holder.born, licence.holder.born.year + _OLD_ENOUGH))
    last = max(date(2018, 12, 28) if variant == "2009" else TODAY, first + timedelta(days=300))
    return replace(licence, issued=first + timedelta(days=rng.randrange((last - first).days)))


def _front(rng: Random, certificate: Licence, variant: str, font: str, identity: int) -> Side:
    layout = LAYOUTS[variant]
    sheet = Sheet.blank(SIZE, font, ground(rng, (238, 238, 246), (242, 236, 240)))
    rules(sheet, layout)
    person(sheet, certificate, layout)
    _title(sheet, layout)
    numbered(sheet, certificate, layout)
    foot(sheet, certificate, layout, variant)
    sheet.portrait(portrait(identity), (59.6 + layout.dx, 15.2 + layout.dy, 23.2, 29.4))
    sheet.marked((60.4 + layout.dx, 39.6 + layout.dy), size=3.6)
    sheet.marked((46.2, 33.5), size=2.3)
    return sheet.side("front")


def _title(sheet: Sheet, layout: Layout) -> None:
    dx, dy = layout.dx, layout.dy
    sheet.fill((2.4 + dx, layout.band + dy, 55.8, layout.band_height), _BAND)
    at = (layout.left - 4.4 + dx, layout.band + (layout.band_height - 3.6) / 2 + dy)
    sheet.text(at, "自動車等の運転に用いることはできません。", Style(3.0, width=51))
    label = Style(2.0, LABEL)
    sheet.text((2.8 + dx, layout.conditions + 0.4 + dy), "備　考", label)
    sheet.text((18.0 + dx, layout.conditions + 2.2 + dy), "運転経歴証明書", Style(4.2, spacing=0.2))
