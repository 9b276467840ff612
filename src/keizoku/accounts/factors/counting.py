"""Wrong answers at the second step are counted before the answer is looked at, so that attempts at once cannot exceed."""

from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from keizoku.accounts.errors import FactorRefused
from keizoku.accounts.factors import rules
from keizoku.accounts.models import Staff
from keizoku.audit.actions import record
from keizoku.kernel.actor import Actor

SIGN_IN = Actor.system("sign_in")


def count(staff: Staff) -> None:
    """Count one attempt and, with the last one allowed, lock.

    Raises:
        FactorRefused: locked already, or no longer active.
    """
    now = timezone.now()
    is_last = Q(failed_factors__gte=rules.WRONG_BEFORE_LOCK - 1)
    is_unlocked = Q(factors_locked_until=None) | Q(factors_locked_until__lte=now)
    counted = Staff.objects.filter(is_unlocked, pk=staff.pk, is_active=True).update(
        failed_factors=Case(When(is_last, then=Value(0)), default=F("failed_factors") + 1),
        factors_locked_until=Case(When(is_last, then=Value(now + rules.LOCKED_FOR)), default=None),
    )
    if counted == 0:
        refuse(staff, "locked_or_inactive")


def clear(staff: Staff) -> None:
    Staff.objects.filter(pk=staff.pk).update(failed_factors=0, factors_locked_until=None)


def refuse(staff: Staff, reason: str) -> None:
    """Every wrong answer says the same. Raises ``FactorRefused``, always."""
    record(
        actor=SIGN_IN,
        action="accounts.factor.refused",
        subject=("staff", staff.pk),
        details={"reason": reason},
    )
    raise FactorRefused(
        "2つ目の確認ができませんでした。",
        remedy="表示されている最新の6桁を入力してください。続けて5回まちがえると、15分間できなくなります。",
    )
