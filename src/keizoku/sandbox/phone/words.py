"""Dates, states and numbers in the words that the phone's pages show."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from keizoku.sandbox.world.assumptions import Handset, Mailbox, Reception

_TOKYO = ZoneInfo("Asia/Tokyo")
_WEEKDAYS = "月火水木金土日"
_ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1868, 1, 25), "明治"),
)
RECEPTION_WORDS = {
    Reception.ON: "受信する",
    Reception.OFF: "受信しない(送信は422)",
    Reception.UNSET: "まだ決めていない(同意の確認が届く)",
    Reception.SMS_STALE: "SMSでの番号確認が必要",
    Reception.BLOCKED: "アカウントをブロック中(届かない)",
    Reception.NONE: "この番号のLINE利用者はいない(送信は422)",
}
HANDSET_WORDS = {
    Handset.REACHED: "届く",
    Handset.UNCONNECTED: "電源が入っていない(圏外)",
    Handset.UNUSED: "使われていない番号",
}
MAILBOX_WORDS = {
    Mailbox.OPEN: "受信できる",
    Mailbox.UNKNOWN: "宛先不明(550)",
    Mailbox.FULL: "満杯(552)",
    Mailbox.BUSY: "はじめは一時エラー(451)",
}


def day(moment: datetime) -> str:
    """11月21日(土)"""
    local = moment.astimezone(_TOKYO)
    return f"{local.month}月{local.day}日({_WEEKDAYS[local.weekday()]})"


def time_of_day(moment: datetime) -> str:
    return moment.astimezone(_TOKYO).strftime("%H:%M")


def full_moment(moment: datetime) -> str:
    return moment.astimezone(_TOKYO).strftime("%Y-%m-%d %H:%M")


def birthday(born: date | None) -> str:
    """1960年(昭和35年)4月8日"""
    if born is None:
        return "ファイルから読み取れません"
    era = ""
    for start, name in _ERAS:
        if born >= start:
            year = born.year - start.year + 1
            era = f"({name}{'元' if year == 1 else year}年)"
            break
    return f"{born.year}年{era}{born.month}月{born.day}日"


def percent(share: float) -> str:
    return f"{share * 100:.1f}".removesuffix(".0") + "%"
