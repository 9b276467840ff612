"""Reads of the API's keys: lists for people, and whom a presented key lets in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q
from django.utils import timezone

from keizoku.accounts.api_keys import rules
from keizoku.accounts.models import ApiKey, Staff
from keizoku.kernel.actor import Actor

_NOBODYS: Final = rules.new_secret().digest


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One key as people see it; the secret is nowhere."""

    id: int
    name: str
    holder: str
    holder_id: int
    department: str
    prefix: str
    scopes: tuple[str, ...]
    calls_a_minute: int
    state: rules.KeyState
    granted_by: str
    granted_at: datetime
    take_before: datetime
    expires_at: datetime
    last_used_at: datetime | None

    @property
    def state_words(self) -> str:
        return rules.KEY_WORDS[self.state]


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a valid key lets in: the person as the database knows him now, and what the key may."""

    key_id: int
    line: int
    prefix: str
    staff: Staff
    scopes: frozenset[str]
    calls_a_minute: int

    @property
    def actor(self) -> Actor:
        return self.staff.actor

    def may(self, scope: str) -> bool:
        """The key has the scope, and the person's role all that it needs, at this moment."""
        needed = rules.SCOPES[scope].permissions
        return scope in self.scopes and all(self.staff.may(permission) for permission in needed)


def listing(holder: int | None = None) -> list[KeyRow]:
    """All keys, or one person's, the newest first."""
    rows = ApiKey.objects.select_related("staff").order_by("-pk")
    now = timezone.now()
    return [_row(key, now) for key in (rows if holder is None else rows.filter(staff_id=holder))]


def admit(presented: str) -> Caller | None:
    """Who calls with this key; None for every key that lets nobody in, without saying why.

    The key's row is read anew with each request, so that a revocation holds from the next one on.
    """
    prefix = rules.prefix_of(presented)
    key = ApiKey.objects.select_related("staff").filter(prefix=prefix).first() if prefix else None
    kept = bytes(key.token_hash) if key is not None and key.token_hash is not None else _NOBODYS
    is_same = rules.is_same(kept, presented)  # compared whether there is such a key or not
    now = timezone.now()
    if key is None or not is_same or rules.state_of(key.times, now) is not rules.KeyState.ACTIVE:
        return None
    if not key.staff.is_active:
        return None
    _note_use(key.pk, now)
    return Caller(
        key_id=key.pk,
        line=key.line_id or key.pk,
        prefix=key.prefix,
        staff=key.staff,
        scopes=frozenset(key.scopes),
        calls_a_minute=key.calls_a_minute,
    )


def _note_use(key_id: int, now: datetime) -> None:
    """At most once an hour, by a conditional update: of many requests at once, one writes."""
    unnoted = Q(last_used_at=None) | Q(last_used_at__lt=now - rules.USED_AGAIN_AFTER)
    ApiKey.objects.filter(unnoted, pk=key_id).update(last_used_at=now)


def _row(key: ApiKey, now: datetime) -> KeyRow:
    return KeyRow(
        id=key.pk,
        name=key.name,
        holder=key.staff.display_name,
        holder_id=key.staff_id,
        department=key.department,
        prefix=key.prefix,
        scopes=tuple(key.scopes),
        calls_a_minute=key.calls_a_minute,
        state=rules.state_of(key.times, now),
        granted_by=key.granted_by,
        granted_at=key.granted_at,
        take_before=key.take_before,
        expires_at=key.expires_at,
        last_used_at=key.last_used_at,
    )
