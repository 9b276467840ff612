"""Alphabets: which characters a field can have.

Kanji are those that Japanese machines write (Windows-31J: JIS X 0208 with NEC's and IBM's additions), because the model also
knows thousands that only Chinese uses, and mixes them up with ours.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Final

_DIGITS: Final = "0123456789"
_LATIN: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ERAS: Final = "明治大正昭和平成令元"
_KANA: Final = "".join(
    chr(code) for code in (*range(0x3041, 0x3097), *range(0x30A1, 0x30FB), 0x30FC, 0x30FD, 0x30FE)
)
_MARKS: Final = ".,:;/-−ー・()（）「」『』、。 　%"
_IN_ADDRESSES: Final = "-−ー－・()（）々〆ヶケノ之 　番号地丁目棟階室"


class Alphabet(StrEnum):
    """What a field is made of."""

    DIGITS = "digits"
    DATE = "date"
    NUMBER = "number"
    LATIN = "latin"
    LATIN_AND_DIGITS = "latin_and_digits"
    MRZ = "mrz"
    MRZ_LETTERS = "mrz_letters"
    NAME = "name"
    KANA = "kana"
    JAPANESE = "japanese"
    ADDRESS = "address"

    def __contains__(self, character: object) -> bool:
        return character in members(self)


@lru_cache(maxsize=16)
def members(alphabet: Alphabet) -> frozenset[str]:
    """All characters of an alphabet."""
    return frozenset(_MEMBERS[alphabet]()) if alphabet in _MEMBERS else frozenset()


@lru_cache(maxsize=1)
def kanji() -> frozenset[str]:
    """The kanji of Windows-31J, and 々 〆 ヶ 〇 among them."""
    return frozenset(
        c for c in map(chr, (*range(0x4E00, 0xA000), *range(0xF900, 0xFB00))) if _is_written(c)
    ) | set("々〆〇")


def _is_written(character: str) -> bool:
    try:
        character.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


_MEMBERS: Final[Mapping[Alphabet, Callable[[], Iterable[str]]]] = {
    Alphabet.DIGITS: lambda: _DIGITS,
    Alphabet.DATE: lambda: _DIGITS + _ERAS + "年月日生まで有効()（）.",
    Alphabet.NUMBER: lambda: _DIGITS + _LATIN + "第号",
    Alphabet.LATIN: lambda: _LATIN + " -'.,/",
    Alphabet.LATIN_AND_DIGITS: lambda: _LATIN + _DIGITS + " ",
    Alphabet.MRZ: lambda: _DIGITS + _LATIN + "<",
    Alphabet.MRZ_LETTERS: lambda: _LATIN + "<",
    Alphabet.NAME: lambda: kanji() | set(_KANA) | set(_LATIN) | set(" 　・ー-'.,[]［］()（）"),
    Alphabet.KANA: lambda: _KANA + " 　・ー",
    Alphabet.JAPANESE: lambda: kanji() | set(_KANA + _DIGITS + _LATIN + _LATIN.lower() + _MARKS),
    Alphabet.ADDRESS: lambda: kanji() | set(_KANA) | set(_DIGITS) | set(_LATIN) | set(_IN_ADDRESSES),
}
