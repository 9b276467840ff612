"""Japan Post's customer barcode (カスタマバーコード): the number of an address, and the bars. Pure.

Source: Japan Post, 郵便番号・バーコードマニュアル, pages on form (p11-p13) and on the address number (p17-p22). 67 bars of
four heights: start, 7 digits of the postal code, 13 symbols of the address, a check digit, stop.
"""

import re
import unicodedata
from typing import Final

from keizoku.kernel.text import hyphen, postal

# 1 long, 2 semi-long upwards, 3 semi-long downwards, 4 timing.
START, STOP = "13", "31"
_SYMBOLS: Final = (
    *("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "-"),
    *("CC1", "CC2", "CC3", "CC4", "CC5", "CC6", "CC7", "CC8"),
)
_BARS: Final = dict(
    zip(
        _SYMBOLS,
        (
            *("144", "114", "132", "312", "123", "141", "321", "213", "231", "411", "414"),
            *("324", "342", "234", "432", "243", "423", "441", "111"),
        ),
        strict=True,
    )
)
_FILLER: Final = "CC4"
ADDRESS_SYMBOLS: Final = 13
_LETTERS_A_CONTROL: Final = 10
_CHECK: Final = 19

_KANJI: Final = {"〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_COUNTED: Final = re.compile(
    r"([〇一二三四五六七八九十百]+)(?=丁目|番地|番|号|地割|線|の|ノ)|(?<=[のノ])([〇一二三四五六七八九十百]+)"
)


def bars(postal_code: str, number: str) -> str:
    """67 digits 1 to 4 for seven digits and an address number (1-3-2-503); more than 13 symbols are cut off."""
    symbols = [*postal_code, *_address_symbols(number)]
    check = -sum(_SYMBOLS.index(symbol) for symbol in symbols) % _CHECK
    return START + "".join(_BARS[symbol] for symbol in (*symbols, _SYMBOLS[check])) + STOP


def of_address(address: str, postal_code: str) -> str:
    """The bars of an address as its owner writes it."""
    return bars(postal_code, address_number(address, postal_code))


def address_number(address: str, postal_code: str) -> str:
    """What of an address the postal code does not say yet: its digits, hyphens and single letters.

    東京都渋谷区渋谷1丁目2-3 コーポB604号 under 150-0002 → 1-2-3B604.
    """
    rest = _beyond(address, postal_code)
    text = unicodedata.normalize("NFKC", rest).upper()
    text = re.sub(r"[&/・.]", "", text)
    text = _COUNTED.sub(lambda found: str(_number(found[1] or found[2])), text)
    text = hyphen.fold(text)
    text = re.sub(r"(?<=\d)(?:F|階)(?![A-Z])", "-", text)
    text = re.sub(r"[A-Z]{2,}", "-", text)
    text = re.sub(r"[^0-9A-Z-]", "-", text)
    text = re.sub(r"-+", "-", text)
    text = re.sub(r"-?([A-Z])-?", r"\1", text)
    return text.strip("-")


def _address_symbols(number: str) -> list[str]:
    found: list[str] = []
    for character in number:
        if character.isascii() and character.isalpha():
            control, digit = divmod(ord(character.upper()) - ord("A"), _LETTERS_A_CONTROL)
            found += [f"CC{control + 1}", str(digit)]
        else:
            found.append(character)
    found = found[:ADDRESS_SYMBOLS]
    return found + [_FILLER] * (ADDRESS_SYMBOLS - len(found))


def _beyond(address: str, postal_code: str) -> str:
    """The address behind prefecture, city and town of its postal code; whole where it does not begin with them."""
    rest = address.strip()
    place = postal.lookup(postal_code)
    if place is None:
        return rest
    if place.is_office:  # the code of one large receiver says all
        return ""
    for part in (place.prefecture, place.city, place.town):
        rest = rest.removeprefix(part).lstrip(" \u3000")
    return rest


def _number(kanji: str) -> int:
    """二十三 → 23, 百二 → 102, 一〇五 → 105."""
    if not re.search("[十百]", kanji):
        return int("".join(str(_KANJI[digit]) for digit in kanji))
    total, digit = 0, 0
    for character in kanji:
        if character in _KANJI:
            digit = _KANJI[character]
        else:
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
    return total + digit
