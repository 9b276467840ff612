"""Japanese phone numbers: E.164, what kind of line it is, and whether an SMS can reach it.

Digits and dashes are read in any width. The numbering plan is that of `phonenumbers`; its traps are named
in the tests: 060 and 11 digits is a mobile but 06 is Osaka, 0800 is toll-free, 020 is a machine. Carrier is
not told: after number portability a range no longer says it.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import phonenumbers

from keizoku.kernel.text import hyphen


class PhoneClass(StrEnum):
    MOBILE = "mobile"
    LANDLINE = "landline"
    IP = "ip"
    TOLL_FREE = "toll_free"
    M2M = "m2m"
    PERSONAL = "personal"
    NAVI_DIAL = "navi_dial"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, repr=False)
class Phone:
    """A number in E.164 with its class; UNKNOWN means that no numbering plan assigns it."""

    e164: str
    kind: PhoneClass

    def __repr__(self) -> str:
        return f"Phone(●●●, {self.kind.value})"

    @property
    def is_valid(self) -> bool:
        return self.kind is not PhoneClass.UNKNOWN

    @property
    def is_sms_capable(self) -> bool:
        """A Japanese mobile number: at home 0 and ten further digits."""
        return (
            self.kind is PhoneClass.MOBILE
            and len(self.e164) == _MOBILE_LENGTH
            and self.e164.startswith("+81")
        )

    @property
    def national(self) -> str:
        """Domestic digits (09012345678) for a Japanese number, E.164 for any other."""
        return "0" + self.e164[3:] if self.e164.startswith("+81") else self.e164


_LIBRARY_CLASS: Final = {
    phonenumbers.PhoneNumberType.MOBILE: PhoneClass.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE: PhoneClass.LANDLINE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE: PhoneClass.OTHER,
    phonenumbers.PhoneNumberType.VOIP: PhoneClass.IP,
    phonenumbers.PhoneNumberType.TOLL_FREE: PhoneClass.TOLL_FREE,
    phonenumbers.PhoneNumberType.PAGER: PhoneClass.M2M,
    phonenumbers.PhoneNumberType.PERSONAL_NUMBER: PhoneClass.PERSONAL,
    phonenumbers.PhoneNumberType.UAN: PhoneClass.NAVI_DIAL,
    phonenumbers.PhoneNumberType.UNKNOWN: PhoneClass.UNKNOWN,
}
_MOBILE_LENGTH: Final = len("+819012345678")
_SEPARATORS = re.compile(r"[\s().・/-]+")
_NATIONAL = re.compile(r"0[1-9][0-9]{1,13}")
# 184 and 186 hide or show the caller's number; they are not part of it.
_CALLER_ID_PREFIX = re.compile(r"^18[46](?=0)")
_CALLING_ABROAD: Final = "010"
# As nearly every file writes a mobile number; judged without the folding that other writings need.
_PLAIN_MOBILE = re.compile(r"0([6-9]0)-?([1-9][0-9]{3})-?([0-9]{4})")
_MOBILE = re.compile(r"0[6-9]0[1-9][0-9]{7}")
# 0200 and fourteen digits in all is for machines (総務省 電気通信番号計画); the library does not know it.
_LONG_M2M = re.compile(r"0200[0-9]{10}")


def _landline() -> re.Pattern[str]:
    """Nine digits after the 0 that no other kind has: the library's own pattern, without what its others share."""
    plan = phonenumbers.PhoneMetadata.metadata_for_region("JP")
    assert plan is not None
    assert plan.fixed_line is not None
    return re.compile(rf"(?!120|570|990|[1-9]0)(?:{plan.fixed_line.national_number_pattern})")


# A tenth of the library's time; a test holds every beginning equal to its answer.
_LANDLINE: Final = _landline()


def read_phone(text: str) -> Phone | None:
    """The number that `text` writes; None when it is not one phone number (letters, two numbers, nothing)."""
    if plain := _PLAIN_MOBILE.fullmatch(text):
        return Phone(f"+81{plain[1]}{plain[2]}{plain[3]}", PhoneClass.MOBILE)
    written = _SEPARATORS.sub("", hyphen.fold(unicodedata.normalize("NFKC", text)))
    written = _CALLER_ID_PREFIX.sub("", written, count=1)
    if written.startswith(_CALLING_ABROAD):
        written = "+" + written.removeprefix(_CALLING_ABROAD)
    if written.startswith("+81"):
        written = "0" + written[3:].removeprefix("0")
    if _MOBILE.fullmatch(written):
        # Seven customers in ten have one; a property test holds this equal to the library's slower answer.
        return Phone("+81" + written[1:], PhoneClass.MOBILE)
    if _NATIONAL.fullmatch(written):
        return _japanese(written)
    if written.startswith("+") and written[1:].isascii() and written[1:].isdigit():
        return _foreign(written)
    return None


def line_hash(e164: str) -> str:
    """How LINE's notification messages name a phone: lower-case hex SHA-256 of E.164 with its plus sign."""
    return hashlib.sha256(e164.encode("ascii")).hexdigest()


def _japanese(national: str) -> Phone:
    if _LONG_M2M.fullmatch(national):
        return Phone("+81" + national[1:], PhoneClass.M2M)
    if _LANDLINE.fullmatch(national, 1):
        return Phone("+81" + national[1:], PhoneClass.LANDLINE)
    number = phonenumbers.PhoneNumber(country_code=81, national_number=int(national[1:]))
    return Phone("+81" + national[1:], _classified(number))


def _foreign(written: str) -> Phone | None:
    try:
        number = phonenumbers.parse(written, None)
    except phonenumbers.NumberParseException:
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(e164, _classified(number))


def _classified(number: phonenumbers.PhoneNumber) -> PhoneClass:
    return _LIBRARY_CLASS.get(phonenumbers.number_type(number), PhoneClass.OTHER)
