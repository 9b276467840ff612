"""What a residence card and a special permanent resident's certificate share: number, person, nationality, sheets.

出入国管理及び難民認定法 19条の4; 日本国との平和条約に基づき日本の国籍を離脱した者等の出入国管理に関する特例法 8条.
"""

from dataclasses import dataclass
from random import Random
from string import ascii_uppercase
from typing import Final

from keizoku.kernel.text.digits import ascii_digits
from keizoku.sample.documents.holders import Holder, draw_holder
from keizoku.sample.documents.sheet import LABEL, RED, Sheet, Style

SIZE: Final = (85.6, 54.0)
VARIANTS: Final = ("2012", "shifted", "2019", "2025")
KEPT_OUT: Final = "2025"
# The names that immigration prints, by ICAO's codes.
NATIONALITIES: Final = {
    "CHN": "中国", "VNM": "ベトナム", "KOR": "韓国", "PHL": "フィリピン", "BRA": "ブラジル", "NPL": "ネパール",
    "IDN": "インドネシア", "MMR": "ミャンマー", "USA": "米国", "IRN": "イラン",
}  # fmt: skip
# What a name written in Han characters is in the passport that immigration copies it from.
_LATIN: Final = {
    "王": "WANG", "李": "LI", "張": "ZHANG", "劉": "LIU", "陳": "CHEN", "楊": "YANG", "趙": "ZHAO", "黄": "HUANG",
    "金": "KIM", "朴": "PARK", "崔": "CHOI", "鄭": "JUNG", "姜": "KANG", "尹": "YOON",
    "偉": "WEI", "芳": "FANG", "秀英": "XIUYING", "敏": "MIN", "静": "JING", "強": "QIANG", "麗": "LI", "洋": "YANG",
    "民俊": "MINJUN", "瑞妍": "SEOYEON", "志勲": "JIHOON", "秀珍": "SUJIN", "賢宇": "HYUNWOO",
}  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """Where the parts stand, in millimetres."""

    name: float = 9.2
    born: float = 15.4
    address: float = 20.8
    letters: float = 2.9
    left: float = 13.6
    dx: float = 0.0
    dy: float = 0.0


LAYOUTS: Final = {
    "2012": Layout(),
    "shifted": Layout(name=9.5, born=15.7, left=14.1, dx=-0.4, dy=0.3),
    "2019": Layout(letters=2.75, address=21.1),
    "2025": Layout(name=8.9, born=15.1, letters=3.15, left=13.2, dx=0.3),
}


def latin(holder: Holder) -> str:
    """The name in the letters of the passport."""
    return f"{_LATIN.get(holder.family, holder.family)} {_LATIN.get(holder.given, holder.given)}"


def number(rng: Random) -> str:
    """Two letters, eight digits, two letters; nothing in it checks the rest."""
    letters = [rng.choice(ascii_uppercase) for _ in range(4)]
    return f"{letters[0]}{letters[1]}{rng.randrange(10**8):08}{letters[2]}{letters[3]}"


def head(sheet: Sheet, title: str, english: str, printed_number: str) -> None:
    """The upper edge: whose card it is, and its number."""
    sheet.text((2.6, 2.4), "日本国政府", Style(2.0, LABEL))
    sheet.text((2.6, 4.8), "GOVERNMENT OF JAPAN", Style(1.4, LABEL))
    sheet.text((24.0, 2.3), title, Style(3.4, spacing=0.3, width=27.6))
    sheet.text((24.0, 6.2), english, Style(1.4, LABEL, width=28))
    sheet.text((53.4, 3.2), "番号", Style(1.6, LABEL))
    box = sheet.text((58.0, 2.7), printed_number, Style(2.9, spacing=0.15, width=25.4))
    sheet.remember("number", printed_number, printed_number, [box])


def person(sheet: Sheet, holder: Holder, layout: Layout) -> None:
    """Name, day of birth, sex, nationality, address."""
    dx, dy, ink = layout.dx, layout.dy, Style(layout.letters, width=66)
    for top, label, english in (
        (layout.name, "氏名", "NAME"),
        (layout.born, "生年月日", "DATE OF BIRTH"),
        (layout.address, "住居地", "ADDRESS"),
    ):
        sheet.text((2.6 + dx, top + dy), label, Style(1.9, LABEL))
        sheet.text((2.6 + dx, top + 2.2 + dy), english, Style(1.2, LABEL))
    sheet.field("name", latin(holder), [((layout.left + dx, layout.name + dy), latin(holder))], ink)
    born = f"{holder.born.year}年{holder.born.month:02}月{holder.born.day:02}日"
    at = (layout.left + dx, layout.born + dy)
    small = Style(layout.letters - 0.1, width=24)
    sheet.field("birth_date", holder.born.isoformat(), [(at, born)], small)
    sheet.text((at[0] + 26.0, at[1] + 0.3), "性別", Style(1.7, LABEL))
    sex = "男 M." if holder.is_male else "女 F."
    sheet.field("sex", sex[0], [((at[0] + 30.4, at[1]), sex)], small)
    sheet.text((at[0] + 39.4, at[1] + 0.3), "国籍・地域", Style(1.7, LABEL))
    nationality = NATIONALITIES[holder.nationality]
    sheet.field(
        "nationality", nationality, [((at[0] + 48.8, at[1]), nationality)], Style(small.size, width=19)
    )
    _address(sheet, holder, layout)


def seal(sheet: Sheet) -> None:
    """The seal of whoever issued it."""
    sheet.frame((79.0, 49.0, 4.2, 4.0), RED)
    for row, words in enumerate(("大臣", "之印")):
        sheet.text((79.5, 49.1 + 1.8 * row), words, Style(1.6, RED))


def _address(sheet: Sheet, holder: Holder, layout: Layout) -> None:
    at, longest = (layout.left + layout.dx, layout.address + layout.dy), 25
    address = ascii_digits(holder.address).replace("－", "-").replace("　", "")
    if len(address) <= longest:
        sheet.field("address", address, [(at, address)], Style(layout.letters - 0.2, width=69))
        return
    lines = [((at[0], at[1] - 0.5), address[:longest]), ((at[0], at[1] + 2.3), address[longest:])]
    sheet.field("address", address, lines, Style(2.35, width=69))


def foreigner(rng: Random, *, nationality: str | None = None) -> Holder:
    """Somebody who is not Japanese, of that nationality where one is asked for."""
    holder = draw_holder(rng, is_foreign=True)
    while nationality and holder.nationality != nationality:
        holder = draw_holder(rng, is_foreign=True)
    return holder
