"""Several whole numbers in one statement: what a page's frame and its tiles count, whichever rooms the rows belong to.

A room says what is counted (``rows``, ``total``), a page asks for all of it at once (``ask``). Anybody may call me.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Number:
    """A SELECT of one whole number, with its parameters."""

    sql: str
    parameters: tuple[Any, ...]

    def asked(self) -> int:
        """This one alone."""
        (number,) = ask(self)
        return number


def rows(found: QuerySet[Any]) -> Number:
    """How many rows these are."""
    sql, parameters = found.order_by().values("pk").query.sql_with_params()
    return Number(f"SELECT count(*) FROM ({sql}) AS counted", tuple(parameters))  # noqa: S608 - a query of ours


def total(found: QuerySet[Any], column: str) -> Number:
    """The sum of a column, 0 of no rows."""
    sql, parameters = found.order_by().values(column).query.sql_with_params()
    text = f"SELECT COALESCE(sum(number), 0) FROM ({sql}) AS added (number)"  # noqa: S608 - a query of ours
    return Number(text, tuple(parameters))


def ask(*numbers: Number) -> list[int]:
    """Each number, in the order of the questions, by one statement."""
    if not numbers:
        return []
    columns = ", ".join(f"({number.sql})::bigint" for number in numbers)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", [value for number in numbers for value in number.parameters])
        return list(cursor.fetchone())
