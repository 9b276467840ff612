"""Reads of second factors: what a person has, never what it is."""

from dataclasses import dataclass
from datetime import datetime

from keizoku.accounts.factors.models import AuthenticatorApp, Passkey, RecoveryCode
from keizoku.accounts.models import Staff


@dataclass(frozen=True, slots=True)
class FactorRow:
    kind: str
    id: int
    name: str
    made_at: datetime
    last_used_at: datetime | None


def of(staff: Staff) -> list[FactorRow]:
    """Apps first, then passkeys, each in the order of their registration."""
    apps = AuthenticatorApp.objects.filter(staff=staff, proved_at__isnull=False).order_by("pk")
    keys = Passkey.objects.filter(staff=staff).order_by("pk")
    return [
        *(FactorRow("app", row.pk, "認証アプリ", row.made_at, row.last_used_at) for row in apps),
        *(FactorRow("passkey", row.pk, row.name, row.made_at, row.last_used_at) for row in keys),
    ]


def number_of(staff: Staff) -> int:
    return len(of(staff))


def has_app(staff: Staff) -> bool:
    return AuthenticatorApp.objects.filter(staff=staff, proved_at__isnull=False).exists()


def has_passkey(staff: Staff) -> bool:
    return Passkey.objects.filter(staff=staff).exists()


def recovery_codes_left(staff: Staff) -> int:
    return RecoveryCode.objects.filter(staff=staff, used_at=None).count()


def numbers_by_staff() -> dict[int, int]:
    """How many factors each member of staff has, for the administrator's list."""
    found: dict[int, int] = {}
    proved = AuthenticatorApp.objects.filter(proved_at__isnull=False).values_list("staff_id", flat=True)
    for staff_id in [*proved, *Passkey.objects.values_list("staff_id", flat=True)]:
        found[staff_id] = found.get(staff_id, 0) + 1
    return found
