"""Reads of notes and tasks. Whatever opens words takes a grant, which only the audit gives."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from keizoku.accounts.rules import ROLE_NAMES
from keizoku.customers.casework import rules
from keizoku.customers.casework.rules import NoteText, State, TaskKind
from keizoku.customers.models import Note, Task
from keizoku.kernel.crypto import field
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.database import numbers
from keizoku.kernel.database.numbers import Number

NOTE_PAYLOAD: Final = "customers_note.payload"
TASK_WORDS: Final = "customers_task.words"


@dataclass(frozen=True, slots=True, repr=False)
class NoteRow:
    """One opened note. ``corrects`` and ``corrected_by`` are keys of notes that the same reader sees."""

    key: UUID
    customer_id: int
    at: datetime
    by: str
    text: str
    is_confidential: bool
    corrects: UUID | None
    corrected_by: UUID | None


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task without its words. ``owner`` is an id of staff, None for a role's task."""

    id: int
    kind: TaskKind
    label: str
    customer_id: int | None
    owner: int | None
    owner_role: str
    due_on: date
    state: State
    state_since: datetime
    is_escalated: bool
    opened_by: str
    opened_at: datetime
    ended_by: str

    @property
    def state_words(self) -> str:
        return rules.STATE_WORDS[self.state]

    @property
    def role_name(self) -> str:
        return ROLE_NAMES.get(self.owner_role, "")

    def is_overdue(self, today: date) -> bool:
        return self.state is State.OPEN and rules.is_overdue(self.due_on, today)


def has_notes(customer_id: int) -> bool:
    return Note.objects.filter(customer_id=customer_id).exists()


def notes_of(customer_id: int, grant: ReadGrant, *, with_confidential: bool) -> list[NoteRow]:
    """A customer's notes, newest first; confidential ones only where asked for, which needs ``risk.confidential``.

    Whether a note is confidential lies within its encrypted text, so all are opened and the others' left out here.
    """
    notes = list(Note.objects.filter(customer_id=customer_id).select_related("corrects").order_by("-id"))
    opened = {note.id: _note_text(note, grant) for note in notes}
    corrected = {note.corrects_id: note.key for note in notes if note.corrects_id is not None}
    return [
        NoteRow(
            key=note.key,
            customer_id=customer_id,
            at=note.written_at,
            by=note.written_by,
            text=opened[note.id].text,
            is_confidential=opened[note.id].is_confidential,
            corrects=note.corrects.key if note.corrects else None,
            corrected_by=corrected.get(note.id),
        )
        for note in notes
        if with_confidential or not opened[note.id].is_confidential
    ]


def _note_text(note: Note, grant: ReadGrant) -> NoteText:
    return NoteText.opened(
        field.decrypt(
            bytes(note.payload),
            where=NOTE_PAYLOAD,
            record=str(note.key),
            subject=note.customer_id,
            grant=grant,
        )
    )


def task(task_id: int) -> TaskRow:
    return _task_row(Task.objects.get(id=task_id))


def tasks_of(customer_id: int) -> list[TaskRow]:
    """A customer's tasks: open ones first, by their day."""
    rows = [_task_row(row) for row in Task.objects.filter(customer_id=customer_id).order_by("due_on", "id")]
    return sorted(rows, key=lambda row: row.state is not State.OPEN)


def words(task_ids: Collection[int], grant: ReadGrant | None) -> dict[int, str]:
    """Task → what is to be done; of a task about a customer under a grant that names the customer."""
    found: dict[int, str] = {}
    for row in Task.objects.filter(id__in=task_ids):
        record = str(row.key)
        if row.customer_id is None:
            found[row.id] = field.decrypt_system_value(bytes(row.words), where=TASK_WORDS, record=record)
        elif grant is not None and grant.covers(row.customer_id):
            found[row.id] = field.decrypt(
                bytes(row.words), where=TASK_WORDS, record=record, subject=row.customer_id, grant=grant
            )
    return found


def open_tasks(
    *,
    owner: int | None = None,
    role: str = "",
    overdue_on: date | None = None,
    after: tuple[date, int] | None = None,
    limit: int = 50,
) -> list[TaskRow]:
    """Open tasks by their day: of a member of staff, of a role, or of both; past their day only where asked for.

    ``after`` is the (day, id) of the last row shown.
    """
    rows = _open(owner, role, overdue_on)
    if after is not None:
        behind = Q(due_on__gt=after[0]) | Q(due_on=after[0], id__gt=after[1])
        rows = rows.filter(behind, due_on__gte=after[0])  # where the index begins
    return [_task_row(row) for row in rows.order_by("due_on", "id")[:limit]]


def count_open(*, owner: int | None = None, role: str = "", overdue_on: date | None = None) -> Number:
    return numbers.rows(_open(owner, role, overdue_on))


def _open(owner: int | None, role: str, overdue_on: date | None) -> QuerySet[Task]:
    rows = Task.objects.filter(state=State.OPEN)
    whose = Q()
    if owner is not None:
        whose |= Q(owner_id=owner)
    if role:
        whose |= Q(owner_role=role)
    rows = rows.filter(whose) if whose else rows
    return rows.filter(due_on__lt=overdue_on) if overdue_on else rows


def _task_row(row: Task) -> TaskRow:
    return TaskRow(
        id=row.id,
        kind=TaskKind(row.kind),
        label=rules.TASK_LABELS[TaskKind(row.kind)],
        customer_id=row.customer_id,
        owner=row.owner_id,
        owner_role=row.owner_role,
        due_on=row.due_on,
        state=State(row.state),
        state_since=row.state_since,
        is_escalated=row.escalated_at is not None,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        ended_by=row.ended_by,
    )
