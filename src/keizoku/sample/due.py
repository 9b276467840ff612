"""A rough forecast of who is due for review, for judging whether a file is worth a demonstration.

Not the product's rating: three coarse levels with the usual intervals of 12, 24 and 36 months.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from keizoku.customers.codes import Kind, Product, Purpose
from keizoku.customers.countries import JAPAN
from keizoku.sample.people import Person

INTERVAL_MONTHS: Final = {"high": 12, "medium": 24, "low": 36}
_DAYS_A_MONTH: Final = 365.25 / 12


@dataclass(frozen=True, slots=True)
class DueHint:
    """Good rows counted by level, and how many of all are due or overdue."""

    high: int = 0
    medium: int = 0
    low: int = 0
    due: int = 0

    def counting(self, person: Person, today: date, *, is_canary: bool) -> "DueHint":
        """The hint with one more customer; a canary is overdue at any level."""
        level = expected_level(person)
        is_due = is_canary or _is_due(person, level, today)
        return replace(self, **{level: getattr(self, level) + 1}, due=self.due + is_due)

    def as_json(self) -> dict[str, int | dict[str, int]]:
        return {
            "interval_months": dict(INTERVAL_MONTHS),
            "levels": {"high": self.high, "medium": self.medium, "low": self.low},
            "due": self.due,
        }


def expected_level(person: Person) -> str:
    """high, medium or low."""
    is_foreign = person.nationality != JAPAN
    sends_abroad = person.purpose is Purpose.FOREIGN_REMITTANCE
    if sends_abroad and (is_foreign or person.kind is not Kind.INDIVIDUAL):
        return "high"
    holds_more = {Product.FOREIGN_CURRENCY_DEPOSIT, Product.INVESTMENT_TRUST} & set(person.products)
    return (
        "medium" if is_foreign or sends_abroad or person.kind is not Kind.INDIVIDUAL or holds_more else "low"
    )


def _is_due(person: Person, level: str, today: date) -> bool:
    if person.last_confirmed_on is None:
        return True
    return (today - person.last_confirmed_on).days >= INTERVAL_MONTHS[level] * _DAYS_A_MONTH
