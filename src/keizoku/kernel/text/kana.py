"""Half-width and full-width kana.

Banks export names in half-width kana, where a voiced sound takes two characters (ﾀﾞ) and old systems have no
small kana (ｼﾖｳｼﾞ for ショウジ). `full_width` and `half_width` undo each other on text that both can write.
"""

import jaconv

_SMALL_TO_LARGE = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
# Full-width letters that have no half-width twin, as banks write them.
_WITHOUT_TWIN = str.maketrans("ヰヱヮヵヶ", "イエワカケ")


def full_width(text: str) -> str:
    """Half-width kana, with their sound marks, as full-width kana; other characters stay."""
    return jaconv.h2z(text)


def half_width(text: str) -> str:
    """Full-width katakana as half-width kana; a letter without a twin takes its nearest (ヰ → ｲ)."""
    return jaconv.z2h(text.translate(_WITHOUT_TWIN))


def katakana(text: str) -> str:
    """Hiragana and half-width kana as full-width katakana; other characters stay."""
    return jaconv.hira2kata(full_width(text))


def fold(text: str) -> str:
    """A reading for comparing: full-width katakana with small letters made large (ショウジ = ｼﾖｳｼﾞ)."""
    return katakana(text).translate(_SMALL_TO_LARGE)
