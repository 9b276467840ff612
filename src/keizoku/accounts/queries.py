"""Reads of the accounts: staff as plain rows. Staff are not customers: their names are shown to colleagues freely."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from keizoku.accounts import rules
from keizoku.accounts.models import Staff


@dataclass(frozen=True, slots=True)
class StaffRow:
    id: int
    login: str
    display_name: str
    role: str
    department: str
    is_active: bool
    last_sign_in: datetime | None

    @property
    def role_name(self) -> str:
        return rules.ROLE_NAMES[self.role]


def staff() -> list[StaffRow]:
    """Everybody, by login."""
    return [_row(member) for member in Staff.objects.order_by("login")]


def by_login(login: str) -> StaffRow | None:
    member = Staff.objects.filter(login=login).first()
    return _row(member) if member else None


def by_id(staff_id: int) -> StaffRow | None:
    member = Staff.objects.filter(id=staff_id).first()
    return _row(member) if member else None


def existing(staff_id: int) -> StaffRow:
    """Raises ``ObjectDoesNotExist``."""
    return _row(Staff.objects.get(id=staff_id))


def active_member(staff_id: int) -> Staff | None:
    """The member of staff, if still active: whom a sign-in is about."""
    return Staff.objects.filter(pk=staff_id, is_active=True).first()


def display_names(staff_ids: Collection[int]) -> dict[int, str]:
    """Names by id, for lists that hold actors' ids; an id nobody has is absent."""
    return dict(Staff.objects.filter(id__in=staff_ids).values_list("id", "display_name"))


def _row(member: Staff) -> StaffRow:
    return StaffRow(
        id=member.pk,
        login=member.login,
        display_name=member.display_name,
        role=member.role,
        department=member.department,
        is_active=member.is_active,
        last_sign_in=member.last_login,
    )
