"""Reads of links: one customer's, and whose account this is. Only ``user_ids`` opens a user id, under a grant."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from keizoku.customers.linking.rules import ENDING_WORDS, STATE_WORDS, Ending, Heard, State
from keizoku.customers.models import LineEvent, LineLink
from keizoku.kernel.crypto import blind_index, field
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.database import prepared
from keizoku.kernel.personal import LineUser

USER_ID: Final = "customers_linelink.user_id"
_LINKED: Final = """
SELECT customer_id, key::text, user_id FROM customers_linelink
WHERE customer_id = ANY(%(customers)s::bigint[]) AND state = 'linked'
"""
PAYLOAD: Final = "customers_lineevent.payload"


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link as people see it; nothing of the account itself."""

    id: int
    state: State
    offered_at: datetime
    linked_at: datetime | None
    ended_at: datetime | None
    ended_because: str
    ended_by: str

    @property
    def words(self) -> str:
        because = f"（{ENDING_WORDS[Ending(self.ended_because)]}）" if self.ended_because else ""
        return f"{STATE_WORDS[self.state]}{because}"


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """What a waiting event says: whose account, how to answer it, and the nonce of a link."""

    id: int
    kind: Heard
    user: LineUser
    reply_token: str
    nonce: str
    told_at: datetime


def user_token(user: LineUser) -> bytes:
    return blind_index.token("line-user", user.reveal())


def nonce_token(nonce: str) -> bytes:
    return blind_index.token("line-nonce", nonce)


def links_of(customer_id: int) -> list[LinkRow]:
    """All of one customer, newest first."""
    return [
        LinkRow(
            row.id,
            State(row.state),
            row.offered_at,
            row.linked_at,
            row.ended_at,
            row.ended_because,
            row.ended_by,
        )
        for row in LineLink.objects.filter(customer_id=customer_id).order_by("-id")
    ]


def is_linked(customer_id: int) -> bool:
    return LineLink.objects.filter(customer_id=customer_id, state=State.LINKED).exists()


def customer_of(user: LineUser) -> int | None:
    """Whose account this is, if anybody's."""
    linked = LineLink.objects.filter(user_token=user_token(user), state=State.LINKED)
    return linked.values_list("customer_id", flat=True).first()


def linked_since(customer_ids: Iterable[int]) -> dict[int, datetime]:
    """Customer → since when an account is linked, for those who have one."""
    rows = LineLink.objects.filter(customer_id__in=list(customer_ids), state=State.LINKED)
    return {customer_id: at for customer_id, at in rows.values_list("customer_id", "linked_at") if at}


def user_ids(grant: ReadGrant) -> dict[int, LineUser]:
    """Customer → LINE account, for the grant's subjects who have linked one."""
    rows = prepared.fetch(_LINKED, {"customers": prepared.array(grant.subjects)})
    opened = field.decrypt_each(rows, where=USER_ID, grant=grant)
    return {customer_id: LineUser(user_id) for customer_id, user_id in opened}


def told(event: LineEvent) -> Told:
    """A waiting event, opened. Whose account it is nobody knows yet, so no grant can name a subject; wiped in seconds."""
    assert event.payload is not None
    payload = json.loads(
        field.decrypt_system_value(bytes(event.payload), where=PAYLOAD, record=str(event.key))
    )
    return Told(
        event.id,
        Heard(event.kind),
        LineUser(payload["user"]),
        payload["reply"],
        payload["nonce"],
        event.told_at,
    )
