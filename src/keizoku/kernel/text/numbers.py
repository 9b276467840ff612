"""Numbers with check digits: Individual Number (to detect only), corporate number, reference codes.

An Individual Number (個人番号) is never stored and never shown: what this module offers is to find one in a
text so that the text can be refused. About one random 12-digit number in ten passes its check.
"""

import re
from typing import Final

from keizoku.kernel.text import hyphen
from keizoku.kernel.text.digits import ascii_digits, is_digits

# Twelve digits alone or in the card's 4-4-4 grouping; \d also takes full-width digits.
_TWELVE = re.compile(rf"(?<!\d)(\d{{4}})([\s.・\-{hyphen.VARIANTS}]?)(\d{{4}})\2(\d{{4}})(?!\d)")
_CODE_NOISE = re.compile(r"[\s-]+")

_WEIGHTS: Final = (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6)

# A totally anti-symmetric quasigroup of order 10 (H. M. Damm, dissertation, Marburg 2004).
_DAMM: Final = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def individual_number_check_digit(eleven: str) -> int:
    """Check digit of an Individual Number (平成26年総務省令第85号 5条) for its eleven leading digits."""
    # The n-th digit from the right weighs n + 1 up to the sixth and n - 5 from the seventh on.
    remainder = (
        sum(int(digit) * weight for digit, weight in zip(reversed(eleven), _WEIGHTS, strict=True)) % 11
    )
    return 0 if remainder <= 1 else 11 - remainder


def has_individual_number(text: str) -> bool:
    """True when `text` holds 12 digits (plain or 4-4-4) with the check digit of an Individual Number."""
    for found in _TWELVE.finditer(text):
        number = ascii_digits(found[1] + found[3] + found[4])
        if number.isascii() and individual_number_check_digit(number[:11]) == int(number[11]):
            return True
    return False


def corporate_number_check_digit(twelve: str) -> int:
    """Leading check digit of a corporate number (法人番号の指定等に関する省令 2条) for its base digits."""
    return 9 - sum(int(twelve[-n]) * (1 if n % 2 else 2) for n in range(1, 13)) % 9


def is_corporate_number(text: str) -> bool:
    """True for 13 ASCII digits whose first digit checks the rest."""
    return is_digits(text, 13) and int(text[0]) == corporate_number_check_digit(text[1:])


def damm_check_digit(digits: str) -> int:
    """The digit that, appended to `digits`, catches any single wrong digit and any adjacent swap."""
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def reference_code(ten: str) -> str:
    """The eleven-digit reference code of ten (random) digits. ValueError unless ten ASCII digits."""
    if not is_digits(ten, 10):
        raise ValueError("a reference code is made of ten digits")
    return f"{ten}{damm_check_digit(ten)}"


def format_reference_code(code: str) -> str:
    """12345678901 as people see it: 12345-67890-1."""
    return f"{code[:5]}-{code[5:10]}-{code[10:]}"


def parse_reference_code(typed: str) -> str | None:
    """The eleven digits that a person typed, in any width, with dashes and spaces; None if they fail."""
    code = _CODE_NOISE.sub("", hyphen.fold(ascii_digits(typed)))
    if is_digits(code, 11) and damm_check_digit(code) == 0:
        return code
    return None
