"""Searching: what was typed is read as every kind that it may be, found by keyed tokens, shown by the page.

Nothing is decrypted and nothing typed is kept: the audit's entry names kinds, tokens and counts. Who was merged away
is not found by what the record once held; the old number leads to whom it was merged into.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection

from keizoku.audit import actions as audit
from keizoku.customers import sealing, sight
from keizoku.customers.search import rules
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import blind_index
from keizoku.kernel.text import hyphen
from keizoku.kernel.text.digits import ascii_digits
from keizoku.kernel.text.phone import read_phone

NUMBER_DIGITS: Final = 10
KIND_WORDS: Final = {
    "number": "顧客番号",
    "account": "口座",
    "phone": "電話番号",
    "email": "メール",
    "name": "氏名",
    "beginning": "氏名のはじめ",
}
# Beyond so many the page asks for a longer beginning instead of counting on.
MOST_COUNTED: Final = 1000


@dataclass(frozen=True, slots=True)
class Sought:
    """What was typed, as one kind: ``branches`` are (look-up's kind, "number" or "name"; token), all looked up."""

    kind: str
    branches: tuple[tuple[str, bytes | int], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One page, in the order of customers' ids.

    Attributes:
        ids: of this page.
        kinds: as what the words were read, in words.
        total: how many in all, counted up to ``MOST_COUNTED``.
        more_after: the id after which the next page begins; None on the last.
        is_shortened: only the first letters were compared, since nobody has the whole.
    """

    ids: tuple[int, ...]
    kinds: tuple[str, ...]
    total: int
    more_after: int | None
    is_shortened: bool = False


def search(text: str, *, actor: Actor, after: int = 0, limit: int = 20) -> Found:
    """One page of customers found by number, account, phone, mail or name, under one audit entry."""
    found = find(text, after=after, limit=limit, seen_by=actor)
    sought = read(text)
    audit.record(
        actor=actor,
        action="customers.search.done",
        details={
            "found": found.total,
            "kinds": ",".join(each.kind for each in sought),
            "token": _mark(text),
            "after": after,
        },
    )
    return found


def find(text: str, *, after: int = 0, limit: int = 20, seen_by: Actor | None = None) -> Found:
    """As ``search``, without the entry: for whoever writes an entry of his own. Only whom ``seen_by`` sees (ADR 0049)."""
    sought = read(text)
    kinds = tuple(KIND_WORDS[each.kind] for each in sought)
    branches = [branch for each in sought for branch in each.branches]
    total = _count(branches, seen_by)
    is_shortened = False
    if not total and (shorter := _shortened(text)):
        branches, is_shortened = list(shorter.branches), True
        kinds, total = (*kinds, KIND_WORDS["beginning"]), _count(branches, seen_by)
    ids = _page(branches, after, limit + 1, seen_by) if total else []
    more_after = ids[limit - 1] if len(ids) > limit else None
    return Found(tuple(ids[:limit]), kinds, total, more_after, is_shortened and bool(total))


def read(text: str) -> list[Sought]:
    """Every kind that the words may be; digits are never read as a name, nor letters as a number."""
    typed = text.strip()
    digits = hyphen.fold(ascii_digits(typed))
    sought = []
    if len(digits) == NUMBER_DIGITS and digits.isascii() and digits.isdigit():
        sought.append(Sought("number", (("number", sealing.number_token(digits)),)))
    if _is_account(digits):
        sought.append(Sought("account", (("account", blind_index.token("account", digits)),)))
    if phone := read_phone(typed):
        sought.append(Sought("phone", (("phone", blind_index.token("phone", phone.e164)),)))
    if "@" in typed or "＠" in typed:
        address = typed.replace("＠", "@").lower()
        sought.append(Sought("email", (("email", blind_index.token("email", address)),)))
    key = rules.key(typed)
    if key and not sought and not key.isdigit():
        sought.append(Sought("name", (("name", sealing.name_token(key)),)))
        if rules.SHORTEST_BEGINNING <= len(key) <= rules.LONGEST_BEGINNING:
            sought.append(_beginning(key))
    return sought


def _is_account(digits: str) -> bool:
    branch, dash, account = digits.partition("-")
    return bool(dash) and len(branch) == 3 and len(account) == 7 and (branch + account).isdecimal()  # noqa: PLR2004


def _beginning(beginning: str) -> Sought:
    fields = ("name", "kana") if rules.is_reading(beginning) else ("name",)
    return Sought("beginning", tuple(("name", sealing.beginning_token(field, beginning)) for field in fields))


def _shortened(text: str) -> Sought | None:
    """The longest beginning that is kept, where more was typed and nobody has it whole."""
    sought = read(text)
    key = rules.key(text)
    if len(key) <= rules.LONGEST_BEGINNING or not any(each.kind == "name" for each in sought):
        return None
    return _beginning(key[: rules.LONGEST_BEGINNING])


# Each branch reads its index in the order of customers and stops at the page's end, however frequent its token is.
_NAME = (
    "(SELECT customer_id FROM customers_nametoken WHERE token = %s AND customer_id > %s{seen} "
    "ORDER BY customer_id LIMIT %s)"
)
_OTHER = (
    "(SELECT customer_id FROM customers_lookup WHERE kind = %s AND token = %s AND customer_id > %s{seen} "
    "ORDER BY customer_id LIMIT %s)"
)
# The number of who was merged away finds the one who stayed.
_NUMBER = (
    "(SELECT customer_id FROM (SELECT coalesce(merged_into_id, id) AS customer_id FROM customers_customer "
    "WHERE number_token = %s) numbered WHERE customer_id > %s{seen} LIMIT %s)"
)
# The words, and what they call the rows.
_LOOKS = {"name": (_NAME, "customers_nametoken"), "number": (_NUMBER, "numbered")}


def _page(
    branches: Sequence[tuple[str, bytes | int]], after: int, limit: int, seen_by: Actor | None
) -> list[int]:
    if not branches:
        return []
    parts: list[str] = []
    values: list[bytes | int | str | list[str]] = []
    for kind, token in branches:
        words, rows = _LOOKS.get(kind, (_OTHER, "customers_lookup"))
        seen, seen_values = sight.seen_in_words(seen_by, f"{rows}.customer_id")
        parts.append(words.format(seen=seen))
        begun = [token, after] if kind in ("name", "number") else [kind, token, after]
        values += [*begun, *seen_values, limit]
    with connection.cursor() as cursor:
        union = " UNION ".join(parts)
        found = f"SELECT customer_id FROM ({union}) found ORDER BY customer_id LIMIT %s"  # noqa: S608 - our words
        cursor.execute(found, [*values, limit])
        return [customer_id for (customer_id,) in cursor.fetchall()]


def _count(branches: Sequence[tuple[str, bytes | int]], seen_by: Actor | None) -> int:
    return len(_page(branches, 0, MOST_COUNTED, seen_by))


def _mark(text: str) -> str:
    """What names a search in the audit without its words: two equal searches look alike to whoever compares."""
    return blind_index.token("search", rules.key(text) or text).hex()


def named(customer_ids: Sequence[int], name: str) -> list[int]:
    """Of these customers those with this name or a word of it, written or read, in their order; nothing is decrypted."""
    token = sealing.name_token(rules.key(name))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id FROM customers_nametoken WHERE token = %s AND customer_id = ANY(%s)",
            [token, list(customer_ids)],
        )
        found = {customer_id for (customer_id,) in cursor.fetchall()}
    return [customer_id for customer_id in customer_ids if customer_id in found]
