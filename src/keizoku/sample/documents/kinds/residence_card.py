"""在留カード: front, and the back on which a change of address is noted."""

from datetime import date, timedelta
from random import Random
from typing import Final

from keizoku.sample.documents.grounds import ground
from keizoku.sample.documents.holders import TODAY, draw_holder
from keizoku.sample.documents.kinds import resident_cards
from keizoku.sample.documents.kinds.resident_cards import LAYOUTS, SIZE, Layout
from keizoku.sample.documents.portraits import portrait
from keizoku.sample.documents.sheet import LABEL, RED, Sheet, Style
from keizoku.sample.documents.specimens import Side

# Status, its English, whether work is allowed, the usual periods in months.
_STATUSES: Final = (
    ("留学", "Student", "就労不可", (15, 27, 51)),
    ("技術・人文知識・国際業務", "Engineer/Specialist in Humanities", "在留資格に基づく就労活動のみ可", (12, 36, 60)),
    ("永住者", "Permanent Resident", "就労制限なし", ()),
    ("家族滞在", "Dependent", "就労不可", (12, 36, 60)),
    ("定住者", "Long Term Resident", "就労制限なし", (12, 36, 60)),
    ("日本人の配偶者等", "Spouse or Child of Japanese National", "就労制限なし", (12, 36, 60)),
    ("特定技能1号", "Specified Skilled Worker ( i )", "在留資格に基づく就労活動のみ可", (6, 12, 36)),
    ("技能実習1号ロ", "Technical Intern Training ( i )(b)", "在留資格に基づく就労活動のみ可", (6, 12)),
)  # fmt: skip
_YEARS_OF_A_PERMANENT_CARD: Final = 7


def draw(rng: Random, variant: str, font: str, identity: int) -> tuple[Side, ...]:
    """Front and back."""
    holder, layout = resident_cards.foreigner(rng), LAYOUTS[variant]
    paper = ground(rng, (214, 236, 210), (242, 222, 236), strength=12)
    sheet = Sheet.blank(SIZE, font, paper)
    number = resident_cards.number(rng)
    resident_cards.head(sheet, "在留カード", "RESIDENCE CARD", number)
    resident_cards.person(sheet, holder, layout)
    issued = TODAY - timedelta(days=rng.randrange(30, 2200))
    _status(rng, sheet, layout, issued)
    sheet.portrait(portrait(identity), (64.2 + layout.dx, 26.4 + layout.dy, 17.6, 22.6))
    sheet.marked((64.8 + layout.dx, 45.0 + layout.dy), size=2.8)
    sheet.marked((52.6, 36.0), size=2.8)
    chief = "出入国在留管理庁長官" if variant in {"2019", "2025"} else "法務大臣"
    sheet.text((64.2, 50.0), chief, Style(1.9, width=14))
    resident_cards.seal(sheet)
    return sheet.side("front"), _back(rng, font, issued)


def _status(rng: Random, sheet: Sheet, layout: Layout, issued: date) -> None:
    status, english, work, periods = rng.choice(_STATUSES)
    dx, dy, left = layout.dx, layout.dy, layout.left + layout.dx
    ink, small = Style(layout.letters - 0.2, width=48), Style(2.3, width=46)
    for top, label, line in (
        (26.6, "在留資格", "STATUS"),
        (35.2, "在留期間", "PERIOD OF STAY"),
        (44.4, "許可年月日", ""),
    ):
        sheet.text((2.6 + dx, top + dy), label, Style(1.9, LABEL))
        sheet.text((2.6 + dx, top + 2.2 + dy), line, Style(1.2, LABEL))
    sheet.field("status_of_residence", status, [((left, 26.4 + dy), status)], ink)
    sheet.text((left, 29.4 + dy), english, Style(1.6, LABEL, width=46))
    sheet.text((left, 31.6 + dy), work, Style(2.0, width=46))
    until = _later(issued, rng.choice(periods)) if periods else None
    if until:
        words = f"{_period(issued, until)}({_day(until)})"
        sheet.field("period_of_stay_until", until.isoformat(), [((left, 35.0 + dy), words)], ink)
    else:
        sheet.text((left, 35.0 + dy), "＊＊＊＊＊＊", ink)
    sheet.text((2.6 + dx, 40.2 + dy), "許可の種類", Style(1.7, LABEL))
    sheet.text((left, 39.9 + dy), rng.choice(("在留期間更新許可", "在留資格変更許可", "上陸許可")), small)
    expires = until or _later(issued, 12 * _YEARS_OF_A_PERMANENT_CARD)
    sheet.text((left, 44.3 + dy), _day(issued), Style(2.0, width=15.5))
    sheet.text((left + 17.0, 44.5 + dy), "交付年月日", Style(1.7, LABEL))
    sheet.field(
        "issue_date", issued.isoformat(), [((left + 26.6, 44.2 + dy), _day(issued))], Style(2.2, width=17)
    )
    line = f"このカードは{_day(expires)}まで有効です。"
    sheet.field("expiry_date", expires.isoformat(), [((3.0 + dx, 49.2 + dy), line)], Style(2.6, width=58))


def _back(rng: Random, font: str, issued: date) -> Side:
    sheet = Sheet.blank(SIZE, font, ground(rng, (238, 240, 234), (240, 236, 238), strength=6))
    sheet.text((3.0, 3.0), "住居地記載欄", Style(2.2, LABEL))
    for column, label in ((3.0, "届出年月日"), (22.0, "住居地"), (70.0, "記載者印")):
        sheet.text((column, 6.2), label, Style(1.8, LABEL))
    for row in range(4):
        sheet.frame((2.4, 9.0 + 6.2 * row, 80.8, 6.2))
    if rng.random() < 0.35:  # noqa: PLR2004 - about a third moved since
        moved, day = draw_holder(rng, is_foreign=False), issued + timedelta(days=rng.randrange(10, 400))
        address = moved.address.replace("　", "")[:24]
        lines = [((3.2, 10.6), _day(day)), ((22.0, 10.6), address)]
        sheet.field("note", f"{_day(day)}\n{address}", lines, Style(2.2, width=46))
        sheet.text((72.0, 10.4), "市長印", Style(2.2, RED))
    sheet.text((3.0, 36.0), "資格外活動許可欄", Style(2.0, LABEL))
    sheet.frame((2.4, 38.6, 80.8, 6.0))
    sheet.marked((70.0, 46.8), size=3.4)
    return sheet.side("back")


def _later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, 28))


def _period(issued: date, until: date) -> str:
    years, months = divmod((until.year - issued.year) * 12 + until.month - issued.month, 12)
    return (f"{years}年" if years else "") + (f"{months}月" if months else "")


def _day(day: date) -> str:
    return f"{day.year}年{day.month:02}月{day.day:02}日"
