"""Digits as people in Japan write them: ASCII or full-width.

`ascii_digits` changes digits and nothing else, so that a text keeps its other characters.
"""

_TO_ASCII = str.maketrans("０１２３４５６７８９", "0123456789")
_TO_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_ASCII = frozenset("0123456789")


def ascii_digits(text: str) -> str:
    """`text` with full-width digits written as ASCII digits."""
    return text.translate(_TO_ASCII)


def full_width_digits(text: str) -> str:
    """`text` with ASCII digits written as full-width digits."""
    return text.translate(_TO_FULL_WIDTH)


def is_digits(text: str, length: int) -> bool:
    """True when `text` is exactly `length` ASCII digits (str.isdigit also takes ① and ٣)."""
    return len(text) == length and _ASCII.issuperset(text)
