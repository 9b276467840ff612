"""Verbs of open sessions: opened after both factors, ended by their person, by an administrator's act, or by time."""

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from keizoku.accounts.models import Staff
from keizoku.accounts.presence import rules
from keizoku.accounts.presence.models import Presence
from keizoku.audit.actions import record


def opened(staff: Staff, session_key: str, *, method: str, user_agent: str) -> None:
    """Write down that both factors were given and this session is the person's."""
    with transaction.atomic():
        Presence.objects.create(
            staff=staff,
            session_key=session_key,
            device=rules.device(user_agent),
            method=method,
            opened_at=timezone.now(),
        )
        details: dict[str, str | int | None] = {"method": method}
        record(
            actor=staff.actor, action="accounts.session.opened", subject=("staff", staff.pk), details=details
        )


def closed(staff: Staff, session_key: str | None) -> None:
    """The person signed out here."""
    with transaction.atomic():
        Presence.objects.filter(staff=staff, session_key=session_key or "").delete()
        record(actor=staff.actor, action="accounts.session.closed", subject=("staff", staff.pk))


def moved(staff: Staff, old_key: str | None, new_key: str) -> None:
    """The same session under a new key: its person changed the password, which is audited."""
    Presence.objects.filter(staff=staff, session_key=old_key or "").update(session_key=new_key)


def end_one(staff: Staff, presence_id: int) -> bool:
    """End one of one's own sessions elsewhere; False when it is gone already."""
    with transaction.atomic():
        row = Presence.objects.filter(staff=staff, pk=presence_id).first()
        if row is None:
            return False
        _end([row.session_key])
        record(
            actor=staff.actor,
            action="accounts.session.ended_elsewhere",
            subject=("staff", staff.pk),
            details={"sessions": 1},
        )
    return True


def end_others(staff: Staff, this_key: str | None) -> int:
    """End all of one's own sessions but this one."""
    with transaction.atomic():
        others = Presence.objects.filter(staff=staff).exclude(session_key=this_key or "")
        keys = list(others.values_list("session_key", flat=True))
        _end(keys)
        record(
            actor=staff.actor,
            action="accounts.session.ended_elsewhere",
            subject=("staff", staff.pk),
            details={"sessions": len(keys)},
        )
    return len(keys)


def end_all(staff_id: int) -> int:
    """Part of a change of somebody's rights, which is audited."""
    keys = list(Presence.objects.filter(staff_id=staff_id).values_list("session_key", flat=True))
    _end(keys)
    return len(keys)


def forget_ended() -> int:
    """Sessions whose time is over (the customers' too), and rows of sessions that are gone."""
    gone, _ = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    Presence.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return gone


def _end(keys: list[str]) -> None:
    Session.objects.filter(session_key__in=keys).delete()
    Presence.objects.filter(session_key__in=keys).delete()
