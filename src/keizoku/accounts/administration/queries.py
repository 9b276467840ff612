"""Reads of requests for changes of staff."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from keizoku.accounts.administration.models import StaffChange
from keizoku.accounts.administration.rules import CHANGE_WORDS, STATE_WORDS, Change, State
from keizoku.accounts.rules import ROLE_NAMES

LATEST = 50


@dataclass(frozen=True, slots=True)
class ChangeRow:
    number: int
    change: Change
    staff_id: int
    login: str
    display_name: str
    old_role: str
    role: str
    old_department: str
    department: str
    reason: str
    state: State
    asked_by: int
    asker: str
    asked_at: datetime
    decider: str

    @property
    def change_words(self) -> str:
        return CHANGE_WORDS[self.change]

    @property
    def state_words(self) -> str:
        return STATE_WORDS[self.state]

    @property
    def approve_label(self) -> str:
        return f"この{self.change_words}を承認する"

    @property
    def role_name(self) -> str:
        return ROLE_NAMES[self.role]

    @property
    def old_role_name(self) -> str:
        return ROLE_NAMES[self.old_role]


def waiting() -> list[ChangeRow]:
    """What waits for a second person, the oldest first."""
    return [_row(row) for row in _rows().filter(state=State.ASKED).order_by("pk")]


def latest() -> list[ChangeRow]:
    """The latest ones, whatever became of them."""
    return [_row(row) for row in _rows().order_by("-pk")[:LATEST]]


def of(staff_id: int) -> list[ChangeRow]:
    return [_row(row) for row in _rows().filter(staff_id=staff_id).order_by("-pk")[:LATEST]]


def one(number: int) -> ChangeRow:
    """Raises ``ObjectDoesNotExist``."""
    return _row(_rows().get(pk=number))


def _rows() -> QuerySet[StaffChange]:
    return StaffChange.objects.select_related("staff", "asked_by", "decided_by")


def _row(row: StaffChange) -> ChangeRow:
    return ChangeRow(
        number=row.pk,
        change=Change(row.change),
        staff_id=row.staff_id,
        login=row.staff.login,
        display_name=row.staff.display_name,
        old_role=row.staff.role,
        role=row.role,
        old_department=row.staff.department,
        department=row.department,
        reason=row.reason,
        state=State(row.state),
        asked_by=row.asked_by_id,
        asker=row.asked_by.display_name,
        asked_at=row.asked_at,
        decider=row.decided_by.display_name if row.decided_by else "",
    )
