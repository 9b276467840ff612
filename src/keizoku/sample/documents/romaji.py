"""Names as a Japanese passport spells them: Hepburn without long vowels (旅券法施行規則 9条)."""

import re
from typing import Final

import jaconv

from keizoku.kernel.text import prefectures

_PREFECTURES: Final = (
    "HOKKAIDO", "AOMORI", "IWATE", "MIYAGI", "AKITA", "YAMAGATA", "FUKUSHIMA", "IBARAKI",
    "TOCHIGI", "GUNMA", "SAITAMA", "CHIBA", "TOKYO", "KANAGAWA", "NIIGATA", "TOYAMA",
    "ISHIKAWA", "FUKUI", "YAMANASHI", "NAGANO", "GIFU", "SHIZUOKA", "AICHI", "MIE",
    "SHIGA", "KYOTO", "OSAKA", "HYOGO", "NARA", "WAKAYAMA", "TOTTORI", "SHIMANE",
    "OKAYAMA", "HIROSHIMA", "YAMAGUCHI", "TOKUSHIMA", "KAGAWA", "EHIME", "KOCHI", "FUKUOKA",
    "SAGA", "NAGASAKI", "KUMAMOTO", "OITA", "MIYAZAKI", "KAGOSHIMA", "OKINAWA",
)  # fmt: skip


def hepburn(kana: str) -> str:
    """サトウ → SATO, ホンマ → HOMMA, ハットリ → HATTORI, オノ → ONO."""
    spelt = str(jaconv.kana2alphabet(jaconv.kata2hira(kana))).upper()
    spelt = re.sub(r"N'?(?=[BMP])", "M", spelt).replace("'", "")
    spelt = spelt.replace("CCH", "TCH").replace("-", "")
    return re.sub(r"OU|OO(?!$)|UU", lambda found: found[0][0], spelt)


def prefecture(name: str) -> str:
    """東京都 → TOKYO."""
    return _PREFECTURES[prefectures.NAMES.index(name)]
