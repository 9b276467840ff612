"""How numbers, times and codes look on a screen, registered as filters by ``templatetags.ui``.

Pure but for the page's language, in which units are named (``ui.speaking``). Instants are shown in Asia/Tokyo with the zone
on hover; money names its unit; nothing here knows a model.
"""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.html import format_html
from django.utils.safestring import SafeString

from keizoku.ui import speaking

TOKYO = ZoneInfo("Asia/Tokyo")
REFERENCE_CODE_DIGITS = 11
NOTHING = "—"
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def number(value: float | Decimal | None) -> str:
    """``12438`` → ``12,438``; nothing known → an em dash."""
    return NOTHING if value is None else _plain(value)


def yen(value: float | Decimal | None) -> str:
    """``1234`` → ``1,234円``; parts of a yen are kept (message prices have them), but no zeros behind: not ``1,234.0円``."""
    return NOTHING if value is None else counted(value, "円")


def people(value: int | None) -> str:
    """``12438`` → ``12,438人``."""
    return NOTHING if value is None else counted(value, "人")


def counted(value: float | Decimal, unit: str) -> str:
    """A number and its unit: ``12,438人``; where words are divided by spaces, as ``12,438 people`` and ``1 person``."""
    space = "" if speaking.current() == speaking.JAPANESE else " "
    return f"{_plain(value)}{space}{unit_of(_plain(value), unit)}"


def unit_of(shown: str, unit: str) -> str:
    """The unit behind a number as it is shown; a language may have another word for one alone: ``1人``, ``1 person``."""
    of_one = speaking.plainly(f"1{unit}") if shown == "1" else ""
    return of_one.removeprefix("1 ") if of_one.startswith("1 ") else speaking.plainly(unit)


def _plain(value: float | Decimal) -> str:
    return f"{value.normalize():,f}" if isinstance(value, Decimal) else f"{value:,}"


def datetime_jst(value: datetime | None) -> SafeString | str:
    """An aware instant as ``2026-11-21 14:05``, machine-readable, with its zone on hover."""
    if value is None:
        return NOTHING
    there = value.astimezone(TOKYO)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        there.isoformat(timespec="seconds"),
        speaking.plainly("日本標準時（JST、UTC+9）"),
        there.strftime("%Y-%m-%d %H:%M"),
    )


def moment_jp(value: datetime | None) -> SafeString | str:
    """An aware instant as customers read it: ``2026年11月21日 14時05分``."""
    if value is None:
        return NOTHING
    there = value.astimezone(TOKYO)
    return format_html(
        '<time class="moment" datetime="{}"><span class="nowrap">{}</span> <span class="nowrap">{}時{}分</span></time>',
        there.isoformat(timespec="seconds"),
        date_jp(there),
        there.hour,
        there.strftime("%M"),
    )


def date_jp(value: date | None) -> str:
    """``2026年11月21日``; an instant is first taken to Japan."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = value.astimezone(TOKYO).date()
    return f"{value.year}年{value.month}月{value.day}日"


def day(value: date | None) -> str:
    """A day as the page's language writes it."""
    if value is not None and speaking.current() == "en":
        return date_en(value)
    return speaking.plainly(date_jp(value))


def date_en(value: date) -> str:
    """``21 November 2026``; an instant is first taken to Japan."""
    there = value.astimezone(TOKYO).date() if isinstance(value, datetime) else value
    return f"{there.day} {_MONTHS[there.month - 1]} {there.year}"


def reference_code(value: str) -> str:
    """``12345678901`` → ``12345-67890-1``; anything else is shown as it came, never half-formatted."""
    if len(value) != REFERENCE_CODE_DIGITS or not value.isdigit():
        return value
    return f"{value[:5]}-{value[5:10]}-{value[10:]}"


def time_left(seconds: float | None) -> str:
    """How long something still takes, in the coarsest words that are true: ``あと約3分``."""
    if seconds is None:
        return speaking.plainly("残り時間を計算しています")
    minute, hour = 60, 60 * 60
    if seconds < minute:
        return speaking.plainly("あと1分以内")
    if seconds < hour:
        return speaking.plainly(f"あと約{round(seconds / minute)}分")
    hours, minutes = divmod(round(seconds / minute), minute)
    return speaking.plainly(f"あと約{hours}時間{minutes}分" if minutes else f"あと約{hours}時間")
