"""Verbs of authenticator apps and recovery codes. A refused answer is counted although it is refused, so these verbs must
not be called inside somebody's transaction. They go by wall time.
"""

from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from keizoku.accounts.errors import FactorRefused
from keizoku.accounts.factors import counting, queries, rules
from keizoku.accounts.factors.models import AuthenticatorApp, Passkey, RecoveryCode
from keizoku.accounts.models import Staff
from keizoku.audit.actions import record
from keizoku.kernel.crypto import field as cipher
from keizoku.kernel.ids import uuid7

WHERE = "accounts_authenticatorapp.secret"


@dataclass(frozen=True, slots=True)
class Offer:
    """A secret to take into an app: as one types it, and as a QR code holds it."""

    secret: str = field(repr=False)
    address: str = field(repr=False)


def offer_app(staff: Staff) -> Offer:
    """The secret that this person may take into an app; the same until it is proved or a day old."""
    now = timezone.now()
    with transaction.atomic():
        Staff.objects.select_for_update().get(pk=staff.pk)  # two tabs get the same one
        mine = AuthenticatorApp.objects.filter(staff=staff, proved_at=None)
        mine.filter(made_at__lt=now - rules.UNPROVED_FOR).delete()
        row = mine.first()
        if row is None:
            key, secret = uuid7(), rules.new_secret()
            sealed = cipher.encrypt(secret, where=WHERE, record=str(key))
            AuthenticatorApp.objects.create(key=key, staff=staff, secret=sealed, made_at=now)
            record(actor=staff.actor, action="accounts.app.offered", subject=("staff", staff.pk))
        else:
            secret = _secret(row)
    return Offer(
        rules.spoken(secret),
        rules.app(secret).get_provisioning_uri(staff.login, f"{settings.INSTITUTION} Keizoku"),
    )


def prove_app(staff: Staff, typed: str) -> None:
    """The app counts from now on, because it showed the code that this secret makes.

    Raises:
        FactorRefused: another code, none offered, or too many apps.
    """
    if AuthenticatorApp.objects.filter(staff=staff, proved_at__isnull=False).count() >= rules.MOST_OF_EACH:
        raise FactorRefused(
            f"認証アプリは{rules.MOST_OF_EACH}つまで登録できます。", remedy="使わないものを外してください。"
        )
    counting.count(staff)
    now = timezone.now()
    row = AuthenticatorApp.objects.filter(staff=staff, proved_at=None).first()
    step = None if row is None else rules.step_of(rules.typed_code(typed), _secret(row), now)
    if row is None or step is None:
        counting.refuse(staff, "app")
        return
    with transaction.atomic():
        unproved = AuthenticatorApp.objects.filter(pk=row.pk, proved_at=None)
        if unproved.update(proved_at=now, last_step=step, last_used_at=now) == 1:
            counting.clear(staff)
            record(actor=staff.actor, action="accounts.app.proved", subject=("staff", staff.pk))


def check_code(staff: Staff, typed: str) -> None:
    """The second step by an app's code, which is taken once.

    Raises:
        FactorRefused: wrong, taken before, or locked.
    """
    counting.count(staff)
    now, code = timezone.now(), rules.typed_code(typed)
    for row in AuthenticatorApp.objects.filter(staff=staff, proved_at__isnull=False):
        step = rules.step_of(code, _secret(row), now)
        # Of two uses at once, the second finds the step taken.
        fresh = AuthenticatorApp.objects.filter(pk=row.pk, last_step__lt=step or 0)
        if step is not None and fresh.update(last_step=step, last_used_at=now) == 1:
            accept(staff, "app")
            return
    counting.refuse(staff, "app")


def check_recovery_code(staff: Staff, typed: str) -> int:
    """The second step by a recovery code, which is taken once; says how many are left.

    Raises:
        FactorRefused: wrong, used, or locked.
    """
    counting.count(staff)
    unused = RecoveryCode.objects.filter(staff=staff, used_at=None)
    if unused.filter(code_hash=rules.recovery_hash(typed)).update(used_at=timezone.now()) != 1:
        counting.refuse(staff, "recovery_code")
    accept(staff, "recovery_code")
    return unused.count()


def issue_recovery_codes(staff: Staff) -> list[str]:
    """Ten new codes; older ones are void. Shown this once, kept as hashes."""
    now = timezone.now()
    codes = [rules.new_recovery_code() for _ in range(rules.RECOVERY_CODES)]
    with transaction.atomic():
        RecoveryCode.objects.filter(staff=staff).delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(staff=staff, code_hash=rules.recovery_hash(code), made_at=now) for code in codes
        )
        record(actor=staff.actor, action="accounts.recovery_codes.issued", subject=("staff", staff.pk))
    return codes


def remove(staff: Staff, kind: str, factor_id: int) -> None:
    """Take one of one's own factors away; the last one stays.

    Raises:
        FactorRefused: the last one, or none of this person's.
    """
    with transaction.atomic():
        Staff.objects.select_for_update().get(pk=staff.pk)  # of two removals at once, one would be the last
        if queries.number_of(staff) <= 1:
            raise FactorRefused(
                "最後の1つは外せません。", remedy="ほかの認証アプリかパスキーを登録してから外してください。"
            )
        own = (
            Passkey.objects.filter(pk=factor_id, staff=staff)
            if kind == "passkey"
            else AuthenticatorApp.objects.filter(pk=factor_id, staff=staff, proved_at__isnull=False)
        )
        if own.delete()[0] == 0:
            raise FactorRefused("その登録はありません。", remedy="画面を読み込み直してください。")
        details: dict[str, str | int | None] = {"kind": kind}
        record(
            actor=staff.actor, action="accounts.factor.removed", subject=("staff", staff.pk), details=details
        )


def forget_all(staff_id: int) -> int:
    """All factors of somebody who lost them; part of a reset by two people, which is audited there."""
    owned = (AuthenticatorApp, Passkey, RecoveryCode)
    return sum(model.objects.filter(staff_id=staff_id).delete()[0] for model in owned)


def forget_unproved() -> int:
    """Secrets that nobody proved within a day."""
    old = AuthenticatorApp.objects.filter(proved_at=None, made_at__lt=timezone.now() - rules.UNPROVED_FOR)
    return old.delete()[0]


def accept(staff: Staff, method: str) -> None:
    counting.clear(staff)
    details: dict[str, str | int | None] = {"method": method}
    record(actor=staff.actor, action="accounts.factor.accepted", subject=("staff", staff.pk), details=details)


def _secret(row: AuthenticatorApp) -> str:
    return cipher.decrypt_system_value(bytes(row.secret), where=WHERE, record=str(row.key))
