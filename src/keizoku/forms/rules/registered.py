"""Numbers of public registers, read as typed. Pure. A licence's twelve digits may look like an Individual Number.

The licence's check digit is nowhere published by the authority, so that a number that fails it is not refused.
"""

import re
import unicodedata
from typing import Final

from keizoku.forms.rules.definition import Register
from keizoku.kernel.text import hyphen
from keizoku.kernel.text.numbers import is_corporate_number

_FORMS: Final = {
    Register.DRIVING_LICENCE: re.compile(r"[0-9]{12}"),
    Register.RESIDENCE_CARD: re.compile(r"[A-Z]{2}[0-9]{8}[A-Z]{2}"),
    Register.CORPORATION: re.compile(r"[0-9]{13}"),
}
EXAMPLES: Final = {
    Register.DRIVING_LICENCE: "300512345680",
    Register.RESIDENCE_CARD: "AB12345678CD",
    Register.CORPORATION: "7000012050002",
}
FAULTS: Final = {
    Register.DRIVING_LICENCE: "運転免許証の番号は、12けたの数字で入力してください。",
    Register.RESIDENCE_CARD: "在留カードの番号は、英字2文字・数字8けた・英字2文字で入力してください（例: AB12345678CD）。",
    Register.CORPORATION: "法人番号は、13けたの数字で入力してください。国税庁の「法人番号公表サイト」で確かめられます。",
}


def read(register: Register, typed: str) -> str | None:
    """The number without spaces and dashes, in narrow capitals; None where it is not of its form."""
    plain = "".join(hyphen.fold(unicodedata.normalize("NFKC", typed)).replace("-", "").split()).upper()
    if not _FORMS[register].fullmatch(plain):
        return None
    return plain if register is not Register.CORPORATION or is_corporate_number(plain) else None
