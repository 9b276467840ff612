"""日本国旅券, the page with the portrait and the machine-readable zone (ICAO Doc 9303 part 4, TD3).

Letters and days stand in English as printed; the zone is set in OCR-B. Layouts: "2020"; "shifted"; "2013" has other
spacing; "2025" (kept out of tuning) is that of the passports issued since March 2025, with another order of the days.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from keizoku.kernel.text import prefectures
from keizoku.sample.documents.families import MACHINE_READABLE
from keizoku.sample.documents.grounds import ground
from keizoku.sample.documents.holders import TODAY, Holder, anniversary, draw_holder
from keizoku.sample.documents.portraits import portrait
from keizoku.sample.documents.romaji import hepburn, prefecture
from keizoku.sample.documents.sheet import LABEL, Sheet, Style
from keizoku.sample.documents.specimens import Side

SIZE: Final = (125.0, 88.0)
VARIANTS: Final = ("2020", "shifted", "2013", "2025")
KEPT_OUT: Final = "2025"
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_LINE: Final = 44
# OCR-B of size I sets ten letters an inch (ISO 1073-2).
_PITCH: Final = 2.54
_OF_AGE: Final = 18


@dataclass(frozen=True)
class Layout:
    """Where the columns and rows stand, in millimetres."""

    left: float = 40.0
    top: float = 13.0
    row: float = 8.0
    letters: float = 3.0
    second: float = 34.0
    dx: float = 0.0


_LAYOUTS: Final = {
    "2020": Layout(),
    "shifted": Layout(left=40.8, top=13.5, dx=0.6),
    "2013": Layout(row=7.8, letters=2.8, second=35.5),
    "2025": Layout(left=39.2, row=8.2, letters=3.25, second=32.5),
}


@dataclass(frozen=True)
class Passport:
    """What stands on the page."""

    number: str
    surname: str
    given: str
    holder: Holder
    domicile: str
    issued: date
    expires: date

    @property
    def sex(self) -> str:
        return "M" if self.holder.is_male else "F"


def draw(rng: Random, variant: str, font: str, identity: int) -> tuple[Side, ...]:
    """The page."""
    passport, layout = _invent(rng), _LAYOUTS[variant]
    sheet = Sheet.blank(SIZE, font, ground(rng, (242, 222, 220), (218, 230, 246), strength=12))
    sheet.text((6.0, 3.6), "日本国", Style(4.2, spacing=0.6))
    sheet.text((24.0, 4.4), "JAPAN", Style(3.4, spacing=0.4))
    sheet.text((40.0, 4.6), "旅券　PASSPORT", Style(3.0))
    _rows(sheet, passport, layout)
    sheet.portrait(portrait(identity), (4.8 + layout.dx, 14.0, 31.0, 41.0))
    sheet.marked((5.8 + layout.dx, 49.0), size=4.6)
    sheet.marked((105.0, 5.0), size=5.0)
    _zone(sheet, passport)
    return (sheet.side("front"),)


def check_digit(text: str) -> int:
    """Doc 9303 part 3, 4.9: weights 7, 3, 1; letters count from A = 10, the filler 0."""
    values = (0 if letter == "<" else int(letter, 36) for letter in text)
    return sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10


def zone(passport: Passport) -> tuple[str, str]:
    """The two lines of the machine-readable zone."""
    names = f"{passport.surname}<<{passport.given}".replace(" ", "<")
    first = f"P<JPN{names}"[:_LINE].ljust(_LINE, "<")
    number = f"{passport.number}{check_digit(passport.number)}"
    born, expires = (f"{day:%y%m%d}" for day in (passport.holder.born, passport.expires))
    born, expires = f"{born}{check_digit(born)}", f"{expires}{check_digit(expires)}"
    personal = "<" * 14 + "0"
    whole = check_digit(number + born + expires + personal)
    return first, f"{number}JPN{born}{passport.sex}{expires}{personal}{whole}"


def _invent(rng: Random) -> Passport:
    holder = draw_holder(rng, is_foreign=False)
    issued = TODAY - timedelta(days=rng.randrange(20, 3400))
    years = 10 if issued >= anniversary(holder.born, holder.born.year + _OF_AGE) and rng.random() < 0.8 else 5  # noqa: PLR2004 - most take ten years
    surname, given = hepburn(holder.family_kana), hepburn(holder.given_kana)
    domicile = prefecture(prefectures.name(holder.place.prefecture_code) or "")
    letters = rng.choice(("TK", "TR", "TS", "TZ", "MU", "NA"))
    number = f"{letters}{rng.randrange(10**7):07}"
    return Passport(
        number, surname, given, holder, domicile, issued, anniversary(issued, issued.year + years)
    )


def _rows(sheet: Sheet, passport: Passport, layout: Layout) -> None:
    ink = Style(layout.letters, width=60)
    born = _day(passport.holder.born)
    rows = (
        (0.0, 0, "型/Type", "", "", "P"),
        (16.0, 0, "発行国/Issuing country", "country", "JPN", "JPN"),
        (46.0, 0, "旅券番号/Passport No.", "number", passport.number, passport.number),
        (0.0, 1, "姓/Surname", "", "", passport.surname),
        (0.0, 2, "名/Given name", "", "", passport.given),
        (0.0, 3, "国籍/Nationality", "nationality", "JPN", "JAPAN"),
        (layout.second, 3, "生年月日/Date of birth", "birth_date", passport.holder.born.isoformat(), born),
        (0.0, 4, "性別/Sex", "sex", "男" if passport.holder.is_male else "女", passport.sex),
        (layout.second, 4, "本籍/Registered Domicile", "", "", passport.domicile),
        (0.0, 5, "発行年月日/Date of issue", "issue_date", passport.issued.isoformat(), _day(passport.issued)),
        (layout.second, 5, "所持人自署/Signature of bearer", "", "", ""),
        (0.0, 6, "有効期間満了日/Date of expiry", "expiry_date", passport.expires.isoformat(), _day(passport.expires)),
        (layout.second, 6, "発行官庁/Authority", "", "", "MINISTRY OF FOREIGN AFFAIRS"),
    )  # fmt: skip
    names = []
    for across, row, label, field, value, printed in rows:
        at = (layout.left + layout.dx + across, layout.top + row * layout.row)
        sheet.text(at, label, Style(1.7, LABEL))
        box = sheet.text((at[0], at[1] + 2.3), printed, ink)
        if field:
            sheet.remember(field, value, printed, [box])
        if row in (1, 2):
            names.append(box)
    whole = f"{passport.surname} {passport.given}"
    sheet.remember("name_latin", whole, whole, names)


def _zone(sheet: Sheet, passport: Passport) -> None:
    """OCR-B, letter by letter, for its pitch is fixed."""
    boxes = []
    left = (SIZE[0] - _PITCH * _LINE) / 2
    for row, line in enumerate(zone(passport)):
        for place, letter in enumerate(line):
            at = (left + place * _PITCH, 72.2 + row * 6.4)
            boxes.append(sheet.text(at, letter, Style(3.9, (24, 24, 26), file=MACHINE_READABLE)))
    value = "\n".join(zone(passport))
    sheet.remember("mrz", value, value, boxes)


def _day(day: date) -> str:
    return f"{day.day:02} {_MONTHS[day.month - 1]} {day.year}"
