"""A person who is no customer: typed, encrypted within a fact, found again by keyed digests."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol
from uuid import UUID

from keizoku.kernel.crypto import blind_index, field
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.personal import BirthDate, PersonName, PostalAddress
from keizoku.kernel.text import names

TABLE: Final = "customers_relationfact"
FIELDS: Final = ("name", "kana", "birth_date", "address")
FIELD_LABELS: Final = {"name": "氏名", "kana": "氏名カナ", "birth_date": "生年月日", "address": "住所"}


@dataclass(frozen=True, slots=True)
class Person:
    """The other side of a relation when it is no customer; printing it shows nothing."""

    name: PersonName
    birth_date: BirthDate | None
    address: PostalAddress | None

    @classmethod
    def of(cls, name: str, kana: str = "", birth_date: date | None = None, address: str = "") -> "Person":
        return cls(
            PersonName(name, kana),
            BirthDate(birth_date) if birth_date else None,
            PostalAddress(address) if address else None,
        )


class _Fact(Protocol):
    number: int


def token(customer_id: int, person: Person) -> bytes:
    """Who it is, for this customer alone: the same person at two customers has two tokens."""
    values = _values(person)
    return blind_index.token(
        "relation_person", f"{customer_id}|{names.fold(values['name'])}|{values['birth_date']}"
    )


def digest(customer_id: int, person: Person) -> bytes:
    """Of what may change of the same person."""
    values = _values(person)
    return blind_index.token(
        "relation_digest", f"{customer_id}|{values['name']}|{values['kana']}|{values['address']}"
    )


def seal(person: Person, key: UUID, number: int) -> dict[str, bytes | None]:
    """The encrypted fields of one fact; what is not known stays missing."""
    told = [(name, value) for name, value in _values(person).items() if value]
    blobs = field.encrypt_each([(f"{TABLE}.{name}", value) for name, value in told], record=f"{key}.{number}")
    sealed: dict[str, bytes | None] = dict.fromkeys(FIELDS)
    sealed.update(zip((name for name, _ in told), blobs, strict=True))
    return sealed


def unseal(fact: _Fact, key: UUID, name: str, customer_id: int, grant: ReadGrant) -> str | None:
    """One field of a person, under a grant for the customer whose relation it is."""
    blob: bytes | memoryview | None = getattr(fact, name)
    if blob is None:
        return None
    return field.decrypt(
        bytes(blob), where=f"{TABLE}.{name}", record=f"{key}.{fact.number}", subject=customer_id, grant=grant
    )


def _values(person: Person) -> dict[str, str]:
    return {
        "name": person.name.reveal(),
        "kana": person.name.reveal_kana(),
        "birth_date": person.birth_date.reveal() if person.birth_date else "",
        "address": person.address.reveal() if person.address else "",
    }
