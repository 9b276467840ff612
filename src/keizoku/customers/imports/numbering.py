"""Which customer a row is about: one that exists, a new one with a reserved id, or one met earlier in the file.

Numbers met so far lie in a table of the transaction's own, so that a file of any size is compared in constant memory.
"""

from collections.abc import Sequence

from django.db import connection

from keizoku.customers.imports.copying import reserve_ids
from keizoku.customers.imports.preparing import Numbered
from keizoku.customers.imports.rules import cells
from keizoku.customers.imports.rules.columns import COLUMNS, Column, Header
from keizoku.customers.imports.rules.rejections import RejectionCode
from keizoku.customers.imports.rules.table import Record
from keizoku.customers.models import Customer
from keizoku.customers.sealing import number_token

_NUMBER_COLUMN = COLUMNS.index(Column.NUMBER)


class Numbering:
    """Lives as long as the import's transaction; a dry run reserves no ids."""

    def __init__(self, header: Header, *, reserves_ids: bool = True) -> None:
        self._reserves_ids = reserves_ids
        self._width = header.width
        self._position = header.positions[_NUMBER_COLUMN]
        with connection.cursor() as cursor:
            # A second import within one transaction (a test's) begins with no number met.
            cursor.execute("DROP TABLE IF EXISTS pg_temp.import_number")
            cursor.execute("CREATE TEMP TABLE import_number (number bigint PRIMARY KEY) ON COMMIT DROP")

    def assign(self, records: Sequence[Record]) -> list[Numbered]:
        """One batch, in the file's order."""
        numbers = [self._number(record) for record in records]
        first_met = self._remember([int(number) for number in numbers if number])
        known = _known([number for number in numbers if number])
        count = sum(number not in known for number in numbers)
        reserved = iter(reserve_ids(count) if self._reserves_ids else [0] * count)
        assigned = []
        for record, number in zip(records, numbers, strict=True):
            customer_id = known.get(number)
            is_known = customer_id is not None
            is_duplicate = bool(number) and int(number) not in first_met
            if number:
                first_met.discard(int(number))
            assigned.append(
                Numbered(
                    record, customer_id if customer_id is not None else next(reserved), is_known, is_duplicate
                )
            )
        return assigned

    def _number(self, record: Record) -> str:
        """The row's customer number; nothing where the row or the number is unreadable."""
        if not record.is_readable or len(record.cells) != self._width:
            return ""
        number = cells.customer_number(cells.plain(record.cells[self._position]))
        return "" if isinstance(number, RejectionCode) else number

    def _remember(self, numbers: list[int]) -> set[int]:
        """Those that no earlier batch held."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO import_number SELECT unnest(%s::bigint[]) ON CONFLICT DO NOTHING RETURNING number",
                [numbers],
            )
            return {number for (number,) in cursor.fetchall()}


def _known(numbers: list[str]) -> dict[str, int]:
    """Customer number → id, of those who exist."""
    tokens = {number_token(number): number for number in numbers}
    found = Customer.objects.filter(number_token__in=list(tokens)).values_list("number_token", "id")
    return {tokens[bytes(token)]: customer_id for token, customer_id in found}
