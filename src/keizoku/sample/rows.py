"""One row of the file: a drawn customer and how the bank wrote it down."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from random import Random
from typing import Final

import jaconv
import zengin_code

from keizoku.customers.codes import KIND_LABELS, OCCUPATION_LABELS, PRODUCT_LABELS, PURPOSE_LABELS, Kind
from keizoku.customers.imports.rules.columns import Column
from keizoku.customers.imports.rules.rejections import RejectionCode
from keizoku.kernel.text import itaiji, kana
from keizoku.kernel.text.encoding import Encoding, can_write
from keizoku.sample import canaries, faults
from keizoku.sample.people import Person, draw_person
from keizoku.sample.places import Place, draw_landline, draw_place, write_address, write_postal_code
from keizoku.sample.writings import write_day, write_phone

_HAS_MOBILE: Final = 0.70
_HAS_PHONE: Final = 0.95
_HAS_EMAIL: Final = 0.62
_IS_STOPPED: Final = 0.01
_HAS_GAIJI: Final = 0.002
# The first character of the range that CP932 leaves to an institution's own shapes (F040).
_GAIJI: Final = "\ue000"
# Reserved for examples: RFC 2606 and the .jp registry.
_MAIL_DOMAINS: Final = ("example.jp", "example.co.jp", "mail.example.com")
_MOBILE_PREFIXES: Final = ("090", "080", "070")
# Odd and not divisible by 3 or 5: multiplying by it walks through all numbers without repeating one.
_STRIDE: Final = 7_368_787_691
_CUSTOMER_NUMBERS: Final = 10**10
_MOBILES_A_PREFIX: Final = 9 * 10**7
# A real bank's branches, since branch numbers have gaps; nothing else of that bank is used.
_BANK: Final = "0001"
_BRANCHES_KEPT: Final = 120


def customer_number(seed: int, position: int) -> str:
    """Ten digits, different for every position of a seed."""
    return f"{(position * _STRIDE + seed * 104_729 + 1_234_567) % _CUSTOMER_NUMBERS:010}"


def mobile_number(seed: int, position: int) -> tuple[str, str, str]:
    """Prefix, exchange and number of a mobile phone, different for every position of a seed."""
    numbers = _MOBILES_A_PREFIX * len(_MOBILE_PREFIXES)
    prefix, rest = divmod((position * _STRIDE + seed * 15_485_863) % numbers, _MOBILES_A_PREFIX)
    digits = f"{rest + 10**7:08}"
    return _MOBILE_PREFIXES[prefix], digits[:4], digits[4:]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A customer with what the bank keeps beside the person."""

    number: str
    person: Person
    place: Place
    mobile: tuple[str, str, str]
    phone: tuple[str, str, str] | None
    email: str
    branch: str
    account: str
    is_stopped: bool
    has_gaiji: bool

    @classmethod
    def by(cls, rng: Random, seed: int, position: int, today: date) -> "Drawn":
        person = draw_person(rng, today)
        place = draw_place(rng)
        mobile = mobile_number(seed, position)
        return cls(
            number=customer_number(seed, position),
            person=person,
            place=place,
            mobile=mobile,
            phone=_phone(rng, place, mobile, is_corporation=person.kind is Kind.CORPORATION),
            email=_email(rng, person, position) if rng.random() < _HAS_EMAIL else "",
            branch=rng.choice(_branches()),
            account=f"{rng.randint(1, 9_999_999):07}",
            is_stopped=rng.random() < _IS_STOPPED,
            has_gaiji=rng.random() < _HAS_GAIJI,
        )


@dataclass(frozen=True, slots=True)
class SampleRow:
    """The writing of a drawn customer. Call one of its three methods, once: they use up the random source."""

    drawn: Drawn
    rng: Random
    today: date
    charset: Encoding

    def clean(self) -> list[str]:
        """The cells of a row that the import accepts."""
        return list(self._cells().values())

    def canary(self, ordinal: int) -> list[str]:
        """The cells of a canary."""
        cells = self._cells()
        canaries.mark(cells, ordinal, "-".join(self.drawn.mobile), self.today)
        return list(cells.values())

    def broken(self, code: RejectionCode, earlier_number: str) -> list[str]:
        """The cells of a row that the import refuses for `code`."""
        circumstances = faults.Circumstances(self.drawn.person.born, self.today, earlier_number)
        return faults.break_row(code, self._cells(), circumstances, self.rng)

    def _cells(self) -> dict[Column, str]:
        drawn, person, rng = self.drawn, self.drawn.person, self.rng
        expires, confirmed = person.residence_expires_on, person.last_confirmed_on
        return {
            Column.NUMBER: drawn.number,
            Column.KIND: KIND_LABELS[person.kind],
            Column.NAME: self._name(),
            Column.KANA: person.reading,
            Column.BIRTH: write_day(rng, person.born),
            Column.POSTAL_CODE: write_postal_code(rng, drawn.place),
            Column.ADDRESS: write_address(rng, drawn.place),
            Column.PHONE: write_phone(rng, drawn.phone) if drawn.phone else "",
            Column.EMAIL: drawn.email,
            Column.NATIONALITY: person.nationality,
            Column.RESIDENCE: write_day(rng, expires) if expires else "",
            Column.OCCUPATION: OCCUPATION_LABELS[person.occupation],
            Column.PURPOSE: PURPOSE_LABELS[person.purpose],
            Column.PRODUCTS: "・".join(PRODUCT_LABELS[product] for product in person.products),
            Column.BRANCH: drawn.branch,
            Column.ACCOUNT: drawn.account,
            Column.OPENED: write_day(rng, person.opened_on),
            Column.CONFIRMED: write_day(rng, confirmed) if confirmed else "",
            Column.CONTACT_STOP: "1" if drawn.is_stopped else "",
        }

    def _name(self) -> str:
        name = self.drawn.person.name
        if self.drawn.has_gaiji:
            name = _GAIJI + name[1:]
        # A name that CP932 cannot write stands there in its usual shape, as in a bank's own system.
        return name if can_write(name, self.charset) else itaiji.fold(name)


def _phone(
    rng: Random, place: Place, mobile: tuple[str, str, str], *, is_corporation: bool
) -> tuple[str, str, str] | None:
    lot = rng.random()
    if lot >= _HAS_PHONE:
        return None
    if lot < _HAS_MOBILE and not is_corporation:
        return mobile
    return draw_landline(rng, place)


def _email(rng: Random, person: Person, position: int) -> str:
    """A local part out of the reading, made unique by the position."""
    words = [_romaji(word) for word in person.reading.split(" ")]
    words = [word for word in words if word] or ["info"]
    joined = rng.choice((".", "_", "-", "")).join(words if rng.random() < 2 / 3 else reversed(words))
    return f"{joined[:40]}{position}@{rng.choices(_MAIL_DOMAINS, (60, 25, 15))[0]}"


@lru_cache(maxsize=4096)
def _romaji(reading: str) -> str:
    written = jaconv.kana2alphabet(jaconv.kata2hira(kana.full_width(reading)))
    return "".join(letter for letter in written if letter.isascii() and letter.isalnum())


@lru_cache(maxsize=1)
def _branches() -> tuple[str, ...]:
    return tuple(sorted(zengin_code.Bank.all[_BANK].branches))[:_BRANCHES_KEPT]
