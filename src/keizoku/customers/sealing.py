"""Turns a record's values into encrypted blobs, digests and look-up tokens, and back under a grant.

A blob is bound to "customers_recordversion.<field>:<customer>.<version>"; copying a value to a new version means
decrypting and encrypting it anew.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Protocol

from keizoku.customers.fields import ENCRYPTED_FIELDS
from keizoku.customers.search import rules
from keizoku.kernel.crypto import blind_index, field
from keizoku.kernel.crypto.grant import ReadGrant

TABLE = "customers_recordversion"
_PLACES = {name: f"{TABLE}.{name}" for name in ENCRYPTED_FIELDS}
_DIGESTS = {name: f"digest:{name}" for name in ENCRYPTED_FIELDS}
Values = Mapping[str, str | None]


class _Version(Protocol):
    customer_id: int
    version: int


def seal(values: Values, customer_id: int, version: int) -> dict[str, bytes | None]:
    """Each encrypted field's blob for one version; a missing value stays missing."""
    told = [(name, value) for name in ENCRYPTED_FIELDS if (value := values.get(name)) is not None]
    blobs = field.encrypt_each(
        [(_PLACES[name], value) for name, value in told], record=f"{customer_id}.{version}"
    )
    sealed: dict[str, bytes | None] = dict.fromkeys(ENCRYPTED_FIELDS)
    sealed.update(zip((name for name, _ in told), blobs, strict=True))
    return sealed


def unseal(row: _Version, name: str, grant: ReadGrant) -> str | None:
    """One field of one version, for whom the grant names."""
    blob: bytes | None = getattr(row, name)
    if blob is None:
        return None
    return field.decrypt(
        blob,
        where=f"{TABLE}.{name}",
        record=f"{row.customer_id}.{row.version}",
        subject=row.customer_id,
        grant=grant,
    )


def unseal_each(
    rows: Iterable[tuple[int, int, bytes]], name: str, grant: ReadGrant
) -> Iterator[tuple[int, str]]:
    """One field of many versions, (customer, version, blob) each, for whom the grant names: (customer, value)."""
    placed = ((customer_id, f"{customer_id}.{version}", blob) for customer_id, version, blob in rows)
    return field.decrypt_each(placed, where=f"{TABLE}.{name}", grant=grant)


def digests(values: Values) -> dict[str, str]:
    """Field → keyed digest of its value, so that a change shows without decrypting."""
    return {
        name: blind_index.token(kind, value).hex()
        for name, kind in _DIGESTS.items()
        if (value := values.get(name)) is not None
    }


def number_token(number: str) -> bytes:
    return blind_index.token("number", number)


def identity_token(customer_id: int, birth_date: date, account_last4: str) -> bytes:
    """What a customer proves to know, bound to the customer: equal pairs of two customers do not match."""
    return blind_index.token("identity", f"{customer_id}|{birth_date.isoformat()}|{account_last4}")


@lru_cache(maxsize=131_072)
def _name_token(kind: str, text: str) -> int:
    """Eight bytes, as the database's bigint; names, their words and beginnings repeat, so most are known already."""
    return int.from_bytes(blind_index.token(kind, text)[:8], signed=True)


def name_token(key: str) -> int:
    """Of a folded whole name or a word of one."""
    return _name_token("name", key)


def beginning_token(field_name: str, beginning: str) -> int:
    """Of a folded beginning, under a key of its own for names and another for readings."""
    return _name_token(f"beginning:{field_name}", beginning)


def name_tokens(values: Values) -> set[int]:
    """All that a customer's name can be found by: whole, by word and by its beginnings, written and read."""
    found: set[int] = set()
    for field_name in ("name", "kana"):
        words = rules.words(values[field_name] or "")
        whole = "".join(words)
        if not whole:
            continue
        found.add(_name_token("name", whole))
        found.update(_name_token("name", word) for word in words)
        kind = f"beginning:{field_name}"
        found.update(_name_token(kind, beginning) for beginning in rules.beginnings(whole))
    return found


def lookups(customer_id: int, values: Values) -> Iterator[tuple[str, bytes]]:
    """(kind, token) of everything but names that a customer can be found, known or compared by."""
    found: set[tuple[str, bytes]] = set()
    for kind in ("phone", "email", "account"):
        if value := values.get(kind):
            found.add((kind, blind_index.token(kind, value)))
    birth_date, account = values["birth_date"], values["account"]
    assert birth_date is not None
    assert account is not None
    found.add(("identity", identity_token(customer_id, date.fromisoformat(birth_date), account[-4:])))
    # Reading and birth date in one token: equal pairs may be one person; neither shows alone.
    found.add(("person", blind_index.token("person", f"{rules.key(values['kana'] or '')}|{birth_date}")))
    family = rules.words(values["kana"] or "")
    if len(family) > 1 and values.get("phone"):
        # One token of both, so that nobody's family name shows by itself.
        found.add(("family", blind_index.token("family", f"{family[0]}|{values['phone']}")))
    yield from sorted(found)
