"""The same file seen from outside the bank: the people, what they can be reached by and what they know.

For whoever plays the outside world. Read from the file alone, by the rules of the import; rows that the import refuses
have no person.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from keizoku.customers.import_rules.columns import Header, read_header
from keizoku.customers.import_rules.parsed import ParsedRow
from keizoku.customers.import_rules.rows import read_row
from keizoku.customers.import_rules.table import open_table


@dataclass(frozen=True, slots=True, repr=False)
class WorldPerson:
    """Somebody with a phone and a mailbox (empty where the bank knows none) who can identify themselves."""

    customer_number: str
    name: str
    phone: str
    has_sms_phone: bool
    email: str
    address: str
    born: date
    account: str

    def __repr__(self) -> str:
        return f"WorldPerson(customer_number={self.customer_number!r})"


def read_people(path: Path, today: date) -> Iterator[WorldPerson]:
    """The people of a bank's file, one by one. ValueError when its header is not that of the layout."""
    with path.open("rb") as stream:
        table = open_table(stream)
        header = read_header(table.header)
        if not isinstance(header, Header):
            raise ValueError(f"{path} has not the columns of a bank's file")  # noqa: TRY004 - a file, not an argument
        seen: set[int] = set()
        for record in table.records:
            row = read_row(record, header, today=today, seen=seen)
            if isinstance(row, ParsedRow):
                yield _person(row)


def _person(row: ParsedRow) -> WorldPerson:
    return WorldPerson(
        customer_number=row.number,
        name=row.name.reveal(),
        phone=row.phone.reveal() if row.phone else "",
        has_sms_phone=row.is_sms_capable,
        email=row.email.reveal() if row.email else "",
        address=row.address.reveal(),
        born=row.birth_date.reveal_date(),
        account=row.account,
    )
