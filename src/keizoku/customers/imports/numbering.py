"""Which customer a row is about: one that exists, a new one with a reserved id, or one met earlier in the file.

Numbers met so far lie in a table of the transaction's own, so that a file of any size is compared in constant memory.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import repeat

from django.db import connection

from keizoku.customers.imports.copying import reserve_ids
from keizoku.customers.imports.preparing import Numbered
from keizoku.customers.imports.rules import cells
from keizoku.customers.imports.rules.columns import COLUMNS, Column, Header
from keizoku.customers.imports.rules.rejections import RejectionCode
from keizoku.customers.imports.rules.table import Record
from keizoku.customers.sealing import number_token
from keizoku.kernel.crypto.blind_index import TOKEN_BYTES

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
            # A bank's first file asks nobody: whoever it makes itself is a duplicate, and those are found above.
            cursor.execute("SELECT EXISTS (SELECT FROM customers_customer)")
            self._has_customers: bool = cursor.fetchone()[0]

    def assign(self, records: Sequence[Record]) -> list[Numbered]:
        """One batch, in the file's order."""
        numbers = [self._number(record) for record in records]
        readable = [number for number in numbers if number]
        repeated = self._remember([int(number) for number in readable])
        known = _known(readable) if self._has_customers else {}
        count = len(numbers) - sum(number in known for number in numbers)
        reserved = iter(reserve_ids(count) if self._reserves_ids else repeat(0))
        duplicates = _later_ones(numbers, repeated) if repeated else [False] * len(numbers)
        return [
            Numbered(record, next(reserved), is_known=False, is_duplicate=is_duplicate)
            if (customer_id := known.get(number)) is None
            else Numbered(record, customer_id, is_known=True, is_duplicate=is_duplicate)
            for record, number, is_duplicate in zip(records, numbers, duplicates, strict=True)
        ]

    def _number(self, record: Record) -> str:
        """The row's customer number; nothing where the row or the number is unreadable."""
        if not record.is_readable or len(record.cells) != self._width:
            return ""
        number = cells.customer_number(cells.plain(record.cells[self._position]))
        return "" if isinstance(number, RejectionCode) else number

    def _remember(self, numbers: list[int]) -> Counter[int]:
        """Of those that an earlier row held, in this batch or before: in how many rows too many."""
        with connection.cursor() as cursor:
            cursor.execute(
                "WITH asked AS (SELECT unnest(%s::bigint[]) AS number), "
                "met AS (INSERT INTO import_number SELECT number FROM asked ON CONFLICT DO NOTHING RETURNING number) "
                "SELECT number FROM asked EXCEPT ALL SELECT number FROM met",
                [numbers],
            )
            return Counter(number for (number,) in cursor.fetchall())


def _later_ones(numbers: Sequence[str], repeated: Counter[int]) -> list[bool]:
    """Of each row whether its number is too many; the first of a number that no earlier batch held is not."""
    occur = Counter(int(number) for number in numbers if number)
    left = {number: occur[number] - repeated[number] for number in repeated}
    duplicates = []
    for number in numbers:
        key = int(number) if number else None
        is_first = key not in left or left[key] > 0
        if key in left:
            left[key] -= 1
        duplicates.append(not is_first)
    return duplicates


def _known(numbers: list[str]) -> dict[str, int]:
    """Customer number → id, of those who exist."""
    tokens = b"".join(map(number_token, numbers))
    with connection.cursor() as cursor:
        # One value of all tokens, cut by the database: two thousand parameters take longer than what they ask for.
        cursor.execute(
            "SELECT at, id FROM generate_series(0, %s) AS at"
            " JOIN customers_customer ON number_token = substring(%s::bytea FROM at * %s + 1 FOR %s)",
            [len(numbers) - 1, tokens, TOKEN_BYTES, TOKEN_BYTES],
        )
        return {numbers[at]: customer_id for at, customer_id in cursor.fetchall()}
