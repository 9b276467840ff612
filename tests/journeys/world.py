"""The people of a house: chosen so that it is known beforehand what LINE and their mailboxes do with a message.

A town of its own for each journey, so that a campaign reaches that journey's people and nobody else.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path

from conftest import ROW

from keizoku.sandbox.chance import Chance
from keizoku.sandbox.world.assumptions import MAILBOX_SHARES, RECEPTION_SHARES, Mailbox, Reception

SEED = 1
_CHANCE = Chance(SEED)


@dataclass(frozen=True)
class Town:
    """A prefecture's code, as the campaign's form posts it, and an address there."""

    prefecture: int
    postal_code: str
    address: str


TOKYO = Town(13, "150-0002", "東京都渋谷区渋谷1-2-3")
OSAKA = Town(27, "530-0001", "大阪府大阪市北区梅田1-2-3")
SAPPORO = Town(1, "060-0042", "北海道札幌市中央区大通西1-2-3")
FUKUOKA = Town(40, "812-0011", "福岡県福岡市博多区博多駅前1-2-3")
NAGOYA = Town(23, "450-0002", "愛知県名古屋市中村区名駅1-2-3")
SENDAI = Town(4, "980-0021", "宮城県仙台市青葉区中央1-2-3")
HIROSHIMA = Town(34, "730-0011", "広島県広島市中区基町1-2-3")
KOBE = Town(28, "650-0001", "兵庫県神戸市中央区加納町1-2-3")
KYOTO = Town(26, "600-8216", "京都府京都市下京区東塩小路町1-2-3")


@dataclass(frozen=True)
class Person:
    """One customer as the bank's file and as the customer knows it."""

    number: str
    town: Town
    phone: str
    mail: str
    birth_date: date = date(1951, 4, 8)
    account: str = field(default="0000000", repr=False)

    @property
    def account_last4(self) -> str:
        return self.account[-4:]

    def row(self) -> dict[str, str]:
        """This person's line of the bank's file."""
        return {
            **ROW,
            "顧客番号": self.number,
            "生年月日": self.birth_date.isoformat(),
            "郵便番号": self.town.postal_code,
            "住所": self.town.address,
            "電話番号": self.phone,
            "メールアドレス": self.mail,
            "口座番号": self.account,
        }


class Register:
    """Hands out people whose phones and mailboxes behave as asked for."""

    def __init__(self) -> None:
        self.people: list[Person] = []
        self._phones = count(10_000_000)
        self._mails = count(1)

    def settle(
        self,
        number: int,
        town: Town,
        *,
        reception: Reception | None = Reception.ON,
        mailbox: Mailbox | None = Mailbox.OPEN,
    ) -> Sequence[Person]:
        """So many new people; ``None``: no phone, or no address, in the bank's file."""
        new = [
            Person(
                number=f"{ordinal:010d}",
                town=town,
                phone=self._phone(reception) if reception else "",
                mail=self._mail(mailbox) if mailbox else "",
                birth_date=date(1940 + ordinal % 50, 1 + ordinal % 12, 1 + ordinal % 28),
                account=f"{7_000_000 + ordinal}",
            )
            for ordinal in range(len(self.people) + 1, len(self.people) + number + 1)
        ]
        self.people += new
        return new

    def write(self, path: Path) -> None:
        """The bank's file, UTF-8."""
        with path.open("w", encoding="utf-8", newline="") as stream:
            rows = csv.DictWriter(stream, list(ROW), lineterminator="\r\n")
            rows.writeheader()
            rows.writerows(person.row() for person in self.people)

    def _phone(self, reception: Reception) -> str:
        return next(
            f"090-{digits:08d}"
            for digits in self._phones
            if _CHANCE.pick_by_share(RECEPTION_SHARES, "reception", f"+8190{digits:08d}") is reception
        )

    def _mail(self, mailbox: Mailbox) -> str:
        def addresses() -> Iterator[str]:
            for ordinal in self._mails:
                yield f"person{ordinal}@example.jp"

        return next(
            address
            for address in addresses()
            if _CHANCE.pick_by_share(MAILBOX_SHARES, "mailbox", address) is mailbox
        )
