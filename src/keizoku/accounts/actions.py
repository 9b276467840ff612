"""Writes of the accounts: registering staff, the first step of a sign-in (password or one-time ticket), passwords.

Every success and every failure leaves an audit entry. Sign-in and tickets go by wall time. A refused attempt is
counted and recorded although it is refused, so these verbs must not be called inside somebody's transaction.
"""

import hashlib
from datetime import timedelta
from functools import lru_cache

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from keizoku.accounts import rules
from keizoku.accounts.access import authorise
from keizoku.accounts.errors import NotPermitted, SignInRefused, StaffRefused, TicketRefused
from keizoku.accounts.factors import queries as factors
from keizoku.accounts.models import SignInTicket, Staff
from keizoku.accounts.particulars import check_particulars
from keizoku.audit.actions import record
from keizoku.kernel.actor import Actor
from keizoku.kernel.ids import secret

SIGN_IN = Actor.system("sign_in")
TICKET_BITS = 256


def create_staff(
    *,
    actor: Actor,
    login: str,
    display_name: str,
    role: str,
    department: str = "",
    password: str | None = None,
) -> Staff:
    """Register a member of staff at the server itself; without a password only a ticket lets them in.

    Raises:
        NotPermitted: a person asks; see ``administration.actions.ask_to_join``.
        StaffRefused: an unknown role, a login that is taken or malformed, or a weak password.
    """
    if actor.kind != "system":
        raise NotPermitted(
            "職員の登録には、ほかの人の承認が要ります。", remedy="「職員」で登録を申請してください。"
        )
    check_particulars(login, display_name, role)
    member = Staff(login=login, display_name=display_name, role=role, department=department)
    if password is not None:
        _check_password(password, member)
    member.set_password(password)
    try:
        with transaction.atomic():
            member.save(force_insert=True)
            record(
                actor=actor,
                action="accounts.staff.created",
                subject=("staff", member.pk),
                details={"role": role},
            )
    except IntegrityError:
        raise StaffRefused(
            "このログイン名はすでに使われています。", remedy="別のログイン名を指定してください。"
        ) from None
    return member


def sign_in_with_password(login: str, password: str) -> Staff:
    """The member of staff whose login and password these are.

    The attempt is counted before the password is looked at, so that attempts made at once cannot exceed the limit:
    the fifth failure in a row locks the login for 15 minutes. Every refusal takes as long and says the same.

    Raises:
        SignInRefused: in every other case.
    """
    member = Staff.objects.filter(login=login.strip().lower()).first()
    is_counted = member is not None and _count_attempt(member)
    is_right = check_password(password, member.password if member else _nobodys_hash())
    if member is not None and is_counted and is_right and _admit(member, "accounts.sign_in.succeeded"):
        return member
    reason = "unknown" if member is None else "password" if is_counted else "locked_or_inactive"
    record(
        actor=SIGN_IN,
        action="accounts.sign_in.refused",
        subject=None if member is None else ("staff", member.pk),
        details={"reason": reason},
    )
    raise SignInRefused(
        "ログイン名またはパスワードが違うか、一時的に止められています。",
        remedy="続けて5回失敗すると15分間サインインできません。お困りのときはシステム管理者に連絡してください。",
    )


def change_password(staff: Staff, old: str, new: str) -> None:
    """A new password for oneself; every other session of this person ends. ``staff`` carries the new one afterwards.

    Who has none yet (a ticket or another system's sign-on let them in) needs no old one.

    Raises:
        SignInRefused: the old one is wrong, or the login is locked; counted like a sign-in.
        StaffRefused: the new one is weak.
    """
    if staff.has_usable_password():
        is_counted = _count_attempt(staff)
        if not check_password(old, staff.password) or not is_counted:
            raise SignInRefused(
                "いまのパスワードが違います。", remedy="いまのパスワードを入力し直してください。"
            )
    _check_password(new, staff)
    staff.set_password(new)
    with transaction.atomic():
        Staff.objects.filter(pk=staff.pk).update(
            password=staff.password, failed_sign_ins=0, locked_until=None
        )
        record(actor=staff.actor, action="accounts.password.changed", subject=("staff", staff.pk))


def issue_ticket(staff: Staff, minutes: int, *, actor: Actor) -> str:
    """A token that is this person's first step once within so many minutes; only its hash is kept.

    To somebody without a second factor it is the whole way in: it is given out by whoever approves staff, not by the
    administrator who asked for them.

    Raises:
        NotPermitted: the actor may not.
        StaffRefused: somebody who is not active: first they return, by two people.
        ValueError: not between one minute and a day.
    """
    has_factor = factors.number_of(staff) > 0
    authorise(actor, "staff.edit" if has_factor else "staff.approve")
    if not 1 <= minutes <= rules.LONGEST_TICKET_MINUTES:
        raise ValueError(f"a ticket lives 1 to {rules.LONGEST_TICKET_MINUTES} minutes, not {minutes}")
    if not Staff.objects.filter(pk=staff.pk, is_active=True).exists():
        raise StaffRefused(
            "停止中の職員には、サインイン用リンクを発行できません。",
            remedy="再開が承認されてから、発行してください。",
        )
    token = secret(TICKET_BITS)
    expires_at = timezone.now() + timedelta(minutes=minutes)
    with transaction.atomic():
        SignInTicket.objects.create(staff=staff, token_hash=_hash(token), expires_at=expires_at)
        record(
            actor=actor,
            action="accounts.ticket.issued",
            subject=("staff", staff.pk),
            details={"minutes": minutes},
        )
    return token


def redeem_ticket(token: str) -> Staff:
    """The member of staff whom the token lets in; it lets nobody in again.

    Raises:
        TicketRefused: unknown, used, out of date, or its owner is no longer active.
    """
    now = timezone.now()
    # Conditions on this table alone: of two redemptions at once, the second sees the first one's mark.
    usable = SignInTicket.objects.filter(token_hash=_hash(token), used_at=None, expires_at__gt=now)
    if usable.update(used_at=now) == 1:
        member = SignInTicket.objects.select_related("staff").get(token_hash=_hash(token)).staff
        if _admit(member, "accounts.ticket.redeemed"):
            return member
    record(actor=SIGN_IN, action="accounts.ticket.refused")
    raise TicketRefused(
        "このサインイン用リンクは使えません(使用済みか、期限切れです)。",
        remedy="新しいリンクの発行を依頼してください。",
    )


def _count_attempt(member: Staff) -> bool:
    """Count one attempt and, with the last one allowed, lock; False when locked already or no longer active."""
    now = timezone.now()
    is_last = Q(failed_sign_ins__gte=rules.FAILURES_BEFORE_LOCK - 1)
    is_unlocked = Q(locked_until=None) | Q(locked_until__lte=now)
    counted = Staff.objects.filter(is_unlocked, pk=member.pk, is_active=True).update(
        failed_sign_ins=Case(When(is_last, then=Value(0)), default=F("failed_sign_ins") + 1),
        locked_until=Case(When(is_last, then=Value(now + rules.LOCKED_FOR)), default=None),
    )
    return counted == 1


def _admit(member: Staff, action: str) -> bool:
    with transaction.atomic():
        active = Staff.objects.filter(pk=member.pk, is_active=True)
        if active.update(failed_sign_ins=0, locked_until=None) == 0:
            return False
        record(actor=member.actor, action=action, subject=("staff", member.pk))
    return True


def _check_password(password: str, member: Staff) -> None:
    try:
        validate_password(password, member)
    except ValidationError as error:
        raise StaffRefused(
            " ".join(error.messages), remedy="12文字以上の、推測されにくい言葉にしてください。"
        ) from None


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    """What a password is compared with when nobody has the login: the same work, never a match."""
    return make_password(secret(TICKET_BITS))
