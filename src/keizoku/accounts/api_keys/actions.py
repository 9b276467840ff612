"""Verbs of the API's keys: grant, take (the secret), replace, revoke. Each leaves an audit entry with the prefix.

An administrator grants a key to a person; that person takes its secret, once, signed in. So nobody can make for himself
a key of the person who would have to approve what he made.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.accounts.api_keys import rules
from keizoku.accounts.errors import ApiKeyRefused
from keizoku.accounts.models import ApiKey, Staff
from keizoku.accounts.rules import PERMISSIONS, may
from keizoku.audit.actions import record
from keizoku.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Grant:
    """What an administrator decides: whose name, what for, which scopes, until when, how fast."""

    login: str
    name: str
    scopes: Collection[str]
    days: int
    department: str = ""
    calls_a_minute: int = rules.DEFAULT_CALLS_A_MINUTE


@dataclass(frozen=True, slots=True)
class Taken:
    """A key's secret, shown this once."""

    key_id: int
    prefix: str
    secret: str = field(repr=False)


def grant(wanted: Grant, *, actor: Actor) -> int:
    """Allow a member of staff a key; returns its id. It can do nothing before its person has taken the secret.

    Raises:
        NotPermitted: the actor may not.
        ApiKeyRefused: nobody active has the login, or a scope that this person's role does not allow, or odd numbers.
    """
    authorise(actor, "api_keys.edit")
    member = Staff.objects.filter(login=wanted.login.strip(), is_active=True).first()
    if member is None:
        raise ApiKeyRefused(
            "そのログイン名の、有効な職員はいません。", remedy="「職員」で、ログイン名を確かめてください。"
        )
    _check(wanted, member)
    now = timezone.now()
    with transaction.atomic():
        key = ApiKey.objects.create(
            staff=member,
            name=wanted.name.strip(),
            department=wanted.department.strip() or member.department,
            prefix=rules.new_secret().prefix,  # until the secret is taken: a name to recognise the grant by
            scopes=sorted(set(wanted.scopes)),
            calls_a_minute=wanted.calls_a_minute,
            granted_by=str(actor),
            granted_at=now,
            take_before=now + rules.TAKEN_WITHIN,
            expires_at=now + timedelta(days=wanted.days),
        )
        _note(actor, "granted", key, scopes=",".join(key.scopes)[:200], holder=member.pk)
    return key.pk


def take(key_id: int, staff: Staff) -> Taken:
    """Give the secret to the person whose name the key carries, once.

    Raises:
        ApiKeyRefused: another person's, or taken, lapsed or revoked.
    """
    return _take(key_id, staff.pk, staff.actor)


def grant_and_take(wanted: Grant, *, actor: Actor) -> Taken:
    """Both at once, for the command line: whoever has this machine's shell holds every key of it anyway."""
    if actor.kind != "system":
        raise ApiKeyRefused(
            "鍵は、名義の本人だけが受け取れます。", remedy="本人がサインインして受け取ってください。"
        )
    with transaction.atomic():
        key_id = grant(wanted, actor=actor)
        return _take(key_id, ApiKey.objects.get(pk=key_id).staff_id, actor)


def replace(key_id: int, staff: Staff, *, overlap: timedelta = rules.DEFAULT_OVERLAP) -> Taken:
    """A new secret with the same rights and end; the old key works on for ``overlap``, then no more.

    Raises:
        ApiKeyRefused: another person's, or no longer active, or an overlap of more than 7 days.
    """
    if not timedelta(0) <= overlap <= rules.LONGEST_OVERLAP:
        raise ApiKeyRefused("前の鍵を残す時間は、7日以内にしてください。", remedy="時間を短くしてください。")
    now = timezone.now()
    with transaction.atomic():
        old = _own(key_id, staff.pk)
        if rules.state_of(old.times, now) is not rules.KeyState.ACTIVE:
            raise ApiKeyRefused(
                "有効でない鍵は取り替えられません。", remedy="管理者に新しい鍵を依頼してください。"
            )
        secret = rules.new_secret()
        new = ApiKey.objects.create(
            staff_id=old.staff_id,
            name=old.name,
            department=old.department,
            prefix=secret.prefix,
            token_hash=secret.digest,
            scopes=old.scopes,
            calls_a_minute=old.calls_a_minute,
            line_id=old.line_id or old.pk,
            granted_by=old.granted_by,
            granted_at=now,
            take_before=now,
            taken_at=now,
            expires_at=old.expires_at,
        )
        ApiKey.objects.filter(pk=old.pk).update(expires_at=min(old.expires_at, now + overlap))
        _note(staff.actor, "replaced", new, replaces=old.prefix)
    return Taken(new.pk, new.prefix, secret.text)


def revoke(key_id: int, *, actor: Actor) -> None:
    """End a key at once: the next request with it is refused. An administrator may, and the key's own person.

    Raises:
        NotPermitted: neither of the two.
        ApiKeyRefused: revoked already.
    """
    with transaction.atomic():
        key = ApiKey.objects.select_for_update().get(pk=key_id)
        if actor != key.actor:
            authorise(actor, "api_keys.edit")
        unrevoked = ApiKey.objects.filter(pk=key_id, revoked_at=None)
        if unrevoked.update(revoked_at=timezone.now(), revoked_by=str(actor)) == 0:
            raise ApiKeyRefused("この鍵は、もう取り消されています。", remedy="することはありません。")
        _note(actor, "revoked", key)


def _take(key_id: int, staff_id: int, actor: Actor) -> Taken:
    now = timezone.now()
    with transaction.atomic():
        key = _own(key_id, staff_id)
        if rules.state_of(key.times, now) is not rules.KeyState.GRANTED:
            raise ApiKeyRefused(
                "この鍵は、受け取り済みか、受け取りの期限を過ぎたか、取り消されています。",
                remedy="値は一度しか表示しません。控えがなければ、取り消して新しい鍵を依頼してください。",
            )
        secret = rules.new_secret()
        ApiKey.objects.filter(pk=key.pk).update(prefix=secret.prefix, token_hash=secret.digest, taken_at=now)
        key.prefix = secret.prefix
        _note(actor, "taken", key)
    return Taken(key.pk, secret.prefix, secret.text)


def _own(key_id: int, staff_id: int) -> ApiKey:
    """The key under a lock; somebody else's looks as one that is not there."""
    key = ApiKey.objects.select_for_update().filter(pk=key_id, staff_id=staff_id).first()
    if key is None:
        raise ApiKeyRefused("その鍵はありません。", remedy="自分の名義の鍵だけを受け取り、取り替えられます。")
    return key


def _check(wanted: Grant, member: Staff) -> None:
    if not wanted.name.strip():
        raise ApiKeyRefused(
            "鍵の名前がありません。",
            remedy="何のための鍵か、たとえば「勘定系の夜間連携」と入力してください。",
        )
    if unknown := rules.unknown_scopes(wanted.scopes):
        raise ApiKeyRefused(
            f"そのスコープはありません: {'、'.join(unknown)}",
            remedy=f"{'、'.join(rules.SCOPES)} から選んでください。",
        )
    if not wanted.scopes:
        raise ApiKeyRefused("スコープが選ばれていません。", remedy="1つ以上選んでください。")
    if not 1 <= wanted.days <= rules.LONGEST_DAYS:
        raise ApiKeyRefused(
            f"有効期間は1日から{rules.LONGEST_DAYS}日までです。", remedy="日数を直してください。"
        )
    if not 1 <= wanted.calls_a_minute <= rules.MOST_CALLS_A_MINUTE:
        raise ApiKeyRefused(
            f"1分あたりの回数は1回から{rules.MOST_CALLS_A_MINUTE:,}回までです。",
            remedy="回数を直してください。",
        )
    for scope in sorted(wanted.scopes):
        for permission in rules.SCOPES[scope].permissions:
            if not may(member.role, permission):
                raise ApiKeyRefused(
                    f"{member.get_role_display()}に「{PERMISSIONS[permission]}」権限がなく、{scope} は付けられません。",
                    remedy="スコープを外すか、その権限のある職員の名義にしてください。",
                )


def _note(actor: Actor, verb: str, key: ApiKey, **details: str | int | None) -> None:
    told: dict[str, str | int | None] = {"prefix": key.prefix, **details}
    record(actor=actor, action=f"accounts.api_key.{verb}", subject=("api_key", key.pk), details=told)
