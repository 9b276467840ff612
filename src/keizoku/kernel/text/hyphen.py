"""The many dashes that stand between the digits of a Japanese number.

Only for numbers: in a word the long-vowel mark ー is a letter, so a name or a town must never pass through
`fold`.
"""

VARIANTS = "‐‑‒–—―−ー－ｰ～〜﹣"
_FOLD = str.maketrans(dict.fromkeys(VARIANTS, "-"))


def fold(number: str) -> str:
    """`number` with each dash look-alike written as the ASCII hyphen."""
    return number.translate(_FOLD)
