"""特別永住者証明書: front, and the back on which a change of address is noted."""

from datetime import date, timedelta
from random import Random

from keizoku.sample.documents.grounds import ground
from keizoku.sample.documents.holders import TODAY, anniversary, draw_holder
from keizoku.sample.documents.kinds import resident_cards
from keizoku.sample.documents.kinds.resident_cards import LAYOUTS, SIZE
from keizoku.sample.documents.portraits import portrait
from keizoku.sample.documents.sheet import LABEL, RED, Sheet, Style
from keizoku.sample.documents.specimens import Side

_KOREANS = 0.97


def draw(rng: Random, variant: str, font: str, identity: int) -> tuple[Side, ...]:
    """Front and back."""
    holder = resident_cards.foreigner(rng, nationality="KOR" if rng.random() < _KOREANS else "CHN")
    layout = LAYOUTS[variant]
    sheet = Sheet.blank(SIZE, font, ground(rng, (204, 226, 244), (238, 234, 208), strength=12))
    number = resident_cards.number(rng)
    resident_cards.head(sheet, "特別永住者証明書", "SPECIAL PERMANENT RESIDENT CERTIFICATE", number)
    resident_cards.person(sheet, holder, layout)
    issued = TODAY - timedelta(days=rng.randrange(30, 2500))
    # Seven years, to a birthday (特例法 9条).
    expires = anniversary(holder.born, issued.year + 7)
    left, dy = layout.left + layout.dx, layout.dy
    line = f"この証明書は{_day(expires)}まで有効です。"
    sheet.field(
        "expiry_date", expires.isoformat(), [((3.0 + layout.dx, 33.0 + dy), line)], Style(2.9, width=58)
    )
    sheet.text((2.6 + layout.dx, 40.4 + dy), "交付年月日", Style(1.9, LABEL))
    sheet.field("issue_date", issued.isoformat(), [((left + 3.0, 40.2 + dy), _day(issued))], Style(2.5))
    sheet.portrait(portrait(identity), (64.2 + layout.dx, 26.4 + dy, 17.6, 22.6))
    sheet.marked((64.8 + layout.dx, 45.0 + dy), size=2.8)
    sheet.marked((46.0, 44.6), size=3.2)
    chief = "出入国在留管理庁長官" if variant in {"2019", "2025"} else "法務大臣"
    sheet.text((64.2, 50.0), chief, Style(1.9, width=14))
    resident_cards.seal(sheet)
    return sheet.side("front"), _back(rng, font, issued)


def _back(rng: Random, font: str, issued: date) -> Side:
    sheet = Sheet.blank(SIZE, font, ground(rng, (236, 240, 242), (240, 240, 236), strength=6))
    sheet.text((3.0, 3.0), "住居地記載欄", Style(2.2, LABEL))
    for row in range(6):
        sheet.frame((2.4, 7.0 + 6.2 * row, 80.8, 6.2))
    if rng.random() < 0.35:  # noqa: PLR2004 - about a third moved since
        moved, day = draw_holder(rng, is_foreign=False), issued + timedelta(days=rng.randrange(10, 400))
        address = moved.address.replace("　", "")[:24]
        lines = [((3.2, 8.6), _day(day)), ((22.0, 8.6), address)]
        sheet.field("note", f"{_day(day)}\n{address}", lines, Style(2.2, width=46))
        sheet.text((72.0, 8.4), "市長印", Style(2.2, RED))
    sheet.marked((70.0, 46.8), size=3.4)
    return sheet.side("back")


def _day(day: date) -> str:
    return f"{day.year}年{day.month:02}月{day.day:02}日"
