"""Who a customer is, before anything is written down: kind, name, age, work, relation with the bank.

One function a question; every draw comes from the row's own random source, so that row n of a seed is the same whatever
the length of the file.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Final, TypeVar

from keizoku.customers.codes import Kind, Occupation, Product, Purpose
from keizoku.customers.countries import JAPAN
from keizoku.sample import foreign_names, given_names
from keizoku.sample.corporate_names import draw_corporation
from keizoku.sample.family_names import FAMILY_NAMES, VARIANTS
from keizoku.sample.writings import write_reading

Value = TypeVar("Value")
_DAYS_A_YEAR: Final = 365.25
# Ages of a bank's customers: from, to, share in a hundred.
_AGES: Final = (
    (8, 17, 2), (18, 29, 10), (30, 39, 12), (40, 49, 17), (50, 59, 19), (60, 69, 17), (70, 79, 15), (80, 89, 7), (90, 98, 1),
)  # fmt: skip
_KINDS: Final = ((Kind.INDIVIDUAL, 945), (Kind.SOLE_PROPRIETOR, 25), (Kind.CORPORATION, 30))
_FOREIGN_SHARE: Final = 0.032
_ADULT: Final = 18
_PENSION_AGE: Final = 66
_YOUNG_STUDENTS: Final = 0.6
_RETIRED: Final = 0.8
_BUSINESS_ACCOUNTS: Final = 0.85
# Months since the customer was last confirmed, and shares: with intervals of 12, 24 and 36 months about three
# in ten are due.
_CONFIRMED_MONTHS: Final = ((0, 12, 27), (12, 24, 26), (24, 36, 21), (36, 60, 26))
_NEVER_CONFIRMED: Final = 0.02
_FAMILY_WEIGHTS: Final = tuple(accumulate(bearers for *_, bearers in FAMILY_NAMES))
_OCCUPATIONS_OF_WORKING_AGE: Final = (
    (Occupation.COMPANY_EMPLOYEE, 52), (Occupation.PART_TIME, 16), (Occupation.PUBLIC_SERVANT, 7),
    (Occupation.COMPANY_OFFICER, 4), (Occupation.SELF_EMPLOYED, 5), (Occupation.HOMEMAKER, 9),
    (Occupation.UNEMPLOYED, 4), (Occupation.OTHER, 3),
)  # fmt: skip
_PURPOSES: Final = (
    (Purpose.LIVING_EXPENSES, 38), (Purpose.SALARY, 34), (Purpose.SAVINGS, 18), (Purpose.INVESTMENT, 5),
    (Purpose.LOAN, 4), (Purpose.OTHER, 1),
)  # fmt: skip
_FURTHER_PRODUCTS: Final = (
    (Product.TIME_DEPOSIT, 0.3), (Product.INVESTMENT_TRUST, 0.09), (Product.MORTGAGE, 0.08),
    (Product.CARD_LOAN, 0.07), (Product.FOREIGN_CURRENCY_DEPOSIT, 0.04),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """One invented customer; `reading` is half-width kana, `romaji_source` the kana that an address is made from."""

    kind: Kind
    name: str
    reading: str
    born: date
    nationality: str
    residence_expires_on: date | None
    occupation: Occupation
    purpose: Purpose
    products: tuple[Product, ...]
    opened_on: date
    last_confirmed_on: date | None


def draw_person(rng: Random, today: date) -> Person:
    """A customer as of `today`."""
    kind = rng.choices([kind for kind, _ in _KINDS], [share for _, share in _KINDS])[0]
    is_foreign = kind is Kind.INDIVIDUAL and rng.random() < _FOREIGN_SHARE
    nationality = _weighted(rng, foreign_names.NATIONALITIES) if is_foreign else JAPAN
    born = _born(rng, today, kind, is_foreign=is_foreign)
    age = int((today - born).days / _DAYS_A_YEAR)
    name, reading = _name(rng, kind, nationality, born)
    opened = _opened(rng, born, today, kind, is_foreign=is_foreign)
    return Person(
        kind=kind,
        name=name,
        reading=reading,
        born=born,
        nationality=nationality,
        residence_expires_on=_residence(rng, today) if is_foreign else None,
        occupation=_occupation(rng, kind, age),
        purpose=_purpose(rng, kind, is_foreign=is_foreign),
        products=_products(rng, age),
        opened_on=opened,
        last_confirmed_on=_confirmed(rng, opened, today),
    )


def _weighted(rng: Random, table: tuple[tuple[Value, int], ...]) -> Value:
    return rng.choices([value for value, _ in table], [weight for _, weight in table])[0]


def _born(rng: Random, today: date, kind: Kind, *, is_foreign: bool) -> date:
    if kind is Kind.CORPORATION:
        youngest, oldest = 1, 80
    elif is_foreign:
        youngest, oldest = 20, 60
    else:
        youngest, oldest, _ = rng.choices(_AGES, [share for *_, share in _AGES])[0]
        if kind is Kind.SOLE_PROPRIETOR:
            youngest, oldest = max(youngest, 25), max(oldest, 45)
    return today - timedelta(days=rng.randint(int(youngest * _DAYS_A_YEAR), int((oldest + 1) * _DAYS_A_YEAR)))


def _name(rng: Random, kind: Kind, nationality: str, born: date) -> tuple[str, str]:
    if kind is Kind.CORPORATION:
        return draw_corporation(rng)
    if nationality == JAPAN:
        family, family_reading, _ = rng.choices(FAMILY_NAMES, cum_weights=_FAMILY_WEIGHTS)[0]
        family = _spelling(rng, family)
        given, given_reading = rng.choice(given_names.usual_in(born.year, rng.choice(("male", "female"))))
        space = rng.choices(("　", " ", ""), (70, 20, 10))[0]
    else:
        family, family_reading = rng.choice(foreign_names.FAMILY_NAMES[nationality])
        given, given_reading = rng.choice(foreign_names.GIVEN_NAMES[nationality])
        space = " "
    return f"{family}{space}{given}", write_reading(f"{family_reading} {given_reading}")


def _spelling(rng: Random, family: str) -> str:
    lot = rng.randrange(100)
    for variant, share in VARIANTS.get(family, ()):
        if lot < share:
            return variant
        lot -= share
    return family


def _opened(rng: Random, born: date, today: date, kind: Kind, *, is_foreign: bool) -> date:
    """Mostly between coming of age and yesterday; foreign customers opened within the last twelve years."""
    of_age = born if kind is Kind.CORPORATION else born + timedelta(days=int(16 * _DAYS_A_YEAR))
    first = max(of_age, today - timedelta(days=int((12 if is_foreign else 50) * _DAYS_A_YEAR)))
    if first >= today:
        first = born + timedelta(days=30)
    return first + timedelta(days=rng.randrange(max(1, (today - first).days)))


def _confirmed(rng: Random, opened: date, today: date) -> date | None:
    if rng.random() < _NEVER_CONFIRMED:
        return None
    least, most, _ = rng.choices(_CONFIRMED_MONTHS, [share for *_, share in _CONFIRMED_MONTHS])[0]
    days = rng.randint(int(least * _DAYS_A_YEAR / 12) + 1, int(most * _DAYS_A_YEAR / 12))
    return max(opened, today - timedelta(days=days))


def _residence(rng: Random, today: date) -> date | None:
    """Mostly in the coming years, some soon, some past; none for a special permanent resident."""
    least, most = rng.choices(((-400, -1), (0, 180), (181, 1800), (0, 0)), (8, 15, 72, 5))[0]
    return None if most == least else today + timedelta(days=rng.randint(least, most))


def _occupation(rng: Random, kind: Kind, age: int) -> Occupation:
    if kind is Kind.CORPORATION:
        return Occupation.OTHER
    if kind is Kind.SOLE_PROPRIETOR:
        return Occupation.SELF_EMPLOYED
    if age < _ADULT or (age < _ADULT + 5 and rng.random() < _YOUNG_STUDENTS):
        return Occupation.STUDENT
    if age >= _PENSION_AGE and rng.random() < _RETIRED:
        return Occupation.PENSIONER
    return _weighted(rng, _OCCUPATIONS_OF_WORKING_AGE)


def _purpose(rng: Random, kind: Kind, *, is_foreign: bool) -> Purpose:
    if kind is not Kind.INDIVIDUAL and rng.random() < _BUSINESS_ACCOUNTS:
        return Purpose.BUSINESS_EXPENSES
    if rng.random() < (0.25 if is_foreign else 0.006):
        return Purpose.FOREIGN_REMITTANCE
    return _weighted(rng, _PURPOSES)


def _products(rng: Random, age: int) -> tuple[Product, ...]:
    further = [product for product, share in _FURTHER_PRODUCTS if rng.random() < share]
    return (Product.ORDINARY_DEPOSIT, *(further if age >= _ADULT else []))
