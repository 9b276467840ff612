"""Customers of the sample for the cases: by their rows in the bank's file, and not due for a year."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from keizoku.cli.demo.places import Places

LOOKED_AT: Final = 1500
NOT_DUE_WITHIN: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True, repr=False)
class Chosen:
    """A customer with the row of the bank's file."""

    id: int
    row: dict[str, str]


def individuals(places: Places, today: date) -> Iterator[Chosen]:
    """Rated individuals of low risk, in the file's order."""
    return _not_due(places, today, kind="individual", levels=("low",))


def corporations(places: Places, today: date) -> Iterator[Chosen]:
    """Corporations, in the file's order; no campaign of the demo contacts them."""
    return _not_due(places, today, kind="corporation", levels=("low", "medium", "high"), late=timedelta(0))


def _not_due(
    places: Places, today: date, *, kind: str, levels: tuple[str, ...], late: timedelta = NOT_DUE_WITHIN
) -> Iterator[Chosen]:
    from keizoku.customers.search.searching import find
    from keizoku.risk.models import Standing

    found = Standing.objects.filter(level__in=levels, customer__kind=kind)
    if late:
        found = found.filter(due_on__gt=today + late)
    fitting = set(found.values_list("customer_id", flat=True))
    with places.sample.open(encoding="cp932", errors="replace", newline="") as file:
        for _, row in zip(range(LOOKED_AT), csv.DictReader(file), strict=False):
            number = row["顧客番号"]
            for customer_id in find(number).ids if number else ():
                if customer_id in fitting and "\ufffd" not in "".join(row.values()):
                    yield Chosen(customer_id, row)
