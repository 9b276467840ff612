"""Numbers as people type them: full width, commas, 人 behind."""

from keizoku.kernel.text.digits import ascii_digits

_NOISE = str.maketrans("", "", ",， 　人件日")
_MOST_DIGITS = 18


def whole_number(typed: str) -> int | None:
    """A whole number from 0, or None for anything else."""
    digits = ascii_digits(typed).translate(_NOISE)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS else None
