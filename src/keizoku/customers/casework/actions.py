"""Verbs of notes and tasks. Each one transaction, asked for its right, with its audit entry.

``open_task`` is for other rooms too: as a part of the system they open a task once for each ``origin``.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from keizoku.accounts import queries as accounts
from keizoku.accounts.access import authorise
from keizoku.accounts.rules import may
from keizoku.audit import actions as audit
from keizoku.audit.rules import ids_digest
from keizoku.customers.casework import rules
from keizoku.customers.casework.queries import NOTE_PAYLOAD, TASK_WORDS, notes_of
from keizoku.customers.casework.rules import TRANSITIONS, NoteText, State, TaskKind
from keizoku.customers.errors import NoteRefused, TaskRefused
from keizoku.customers.models import Customer, Note, Task
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO
from keizoku.kernel.crypto import field

REOPEN_PAGE = "画面を開き直してください。"
SWEEPER = Actor.system("tasks.sweeper")
AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Owner:
    """A member of staff by id, or a role; one of the two."""

    staff: int | None = None
    role: str = ""


@transaction.atomic
def write_note(
    customer_id: int,
    text: str,
    *,
    actor: Actor,
    is_confidential: bool = False,
    corrects: UUID | None = None,
    under: str = "notes.use",
) -> UUID:
    """Keep a note; return its key. A correction is a note of its own and stays as confidential as what it corrects.

    ``under`` is the right that is asked for: who may write notes in a call may not therefore read all of them.

    Raises:
        NotPermitted: the actor may not, or may not write confidentially.
        NoteRefused: empty, too long, with an Individual Number, or the corrected note is not there for this actor.
    """
    authorise(actor, under)
    if is_confidential:
        authorise(actor, "risk.confidential")
    if problem := rules.text_problem(text, rules.LONGEST_NOTE, what="メモ"):
        raise NoteRefused(problem, remedy="本文を直して、もう一度保存してください。")
    Customer.objects.get(id=customer_id)
    corrected = _corrected(customer_id, corrects, actor) if corrects else None
    if corrected is not None:
        is_confidential = corrected[1]
    key = uuid4()
    Note.objects.create(
        key=key,
        customer_id=customer_id,
        payload=field.encrypt(
            NoteText(text.strip(), is_confidential).sealed(), where=NOTE_PAYLOAD, record=str(key)
        ),
        corrects_id=corrected[0] if corrected else None,
        written_by=str(actor),
    )
    # The entry is the same for every note: it does not tell which are confidential.
    audit.record(actor=actor, action="customers.note.written", subject=("customer", customer_id))
    return key


def _corrected(customer_id: int, key: UUID, actor: Actor) -> tuple[int, bool]:
    """(id, confidential) of the note to be corrected; one that the actor may not see is as if it were not there."""
    grant = audit.grant_read(actor=actor, purpose="note.correction", subjects=[customer_id])
    visible = notes_of(customer_id, grant, with_confidential=_may_know(actor))
    for note in visible:
        if note.key == key:
            return Note.objects.values_list("id", flat=True).get(key=key), note.is_confidential
    raise NoteRefused("訂正するメモがありません。", remedy=REOPEN_PAGE)


def _may_know(actor: Actor) -> bool:
    member = accounts.by_id(int(actor.id)) if actor.kind == "staff" else None
    return member is not None and member.is_active and may(member.role, "risk.confidential")


@transaction.atomic
def open_task(
    kind: TaskKind,
    words: str,
    *,
    owner: Owner,
    due_on: date,
    actor: Actor,
    today: date,
    customer_id: int | None = None,
    origin: str = "",
    under: str = "tasks.use",
) -> int:
    """Open a task and return its id; with an ``origin`` ("review:12") that has an open task, return that one's.

    ``under`` is the right that is asked for: who hands something over from a call may not therefore see everybody's tasks.

    Raises:
        NotPermitted: the actor may not.
        TaskRefused: no words, an Individual Number, a day past or beyond a year, an owner who is not there.
    """
    authorise(actor, under)
    _check(words, owner, due_on, today)
    key = uuid4()
    try:
        with transaction.atomic():
            task = Task.objects.create(
                key=key,
                customer_id=customer_id,
                kind=kind.value,
                words=field.encrypt(words.strip(), where=TASK_WORDS, record=str(key)),
                owner_id=owner.staff,
                owner_role=owner.role,
                due_on=due_on,
                origin=origin,
                opened_by=str(actor),
            )
    except IntegrityError:
        known = Task.objects.filter(origin=origin, state=State.OPEN).first() if origin else None
        if known is None:
            raise
        return known.id
    _record(task.id, "opened", actor, kind=kind.value, customer=customer_id, due_on=due_on.isoformat())
    return task.id


@transaction.atomic
def finish_task(task_id: int, *, actor: Actor) -> None:
    """Done. Raises TaskRefused when it was ended before."""
    authorise(actor, "tasks.use")
    _move(task_id, State.DONE, actor)


@transaction.atomic
def cancel_task(task_id: int, *, actor: Actor) -> None:
    """Not to be done any more. Raises TaskRefused when it was ended before."""
    authorise(actor, "tasks.use")
    _move(task_id, State.CANCELLED, actor)


@transaction.atomic
def take_task(task_id: int, *, actor: Actor) -> None:
    """Make a role's task one's own; of two who take it at once, one is refused."""
    authorise(actor, "tasks.use")
    member = accounts.by_id(int(actor.id)) if actor.kind == "staff" else None
    taken = member and Task.objects.filter(
        id=task_id, state=State.OPEN, owner__isnull=True, owner_role=member.role
    ).update(owner_id=member.id, owner_role="")
    if not taken:
        raise TaskRefused("このタスクは引き受けられません。", remedy=REOPEN_PAGE)
    _record(task_id, "taken", actor)


@transaction.atomic
def hand_over(task_id: int, owner: Owner, *, actor: Actor) -> None:
    """Give an open task to somebody else, or to a role."""
    authorise(actor, "tasks.use")
    _check_owner(owner)
    moved = Task.objects.filter(id=task_id, state=State.OPEN).update(
        owner_id=owner.staff, owner_role=owner.role
    )
    if not moved:
        raise TaskRefused("このタスクは、もう終わっています。", remedy=REOPEN_PAGE)
    _record(task_id, "handed_over", actor, owner=owner.staff, role=owner.role)


@transaction.atomic
def end_for(origin: str, *, actor: Actor) -> None:
    """The system's own task is no longer needed: what it was opened for is settled. Nothing open: nothing happens."""
    for task_id in Task.objects.filter(origin=origin, state=State.OPEN).values_list("id", flat=True):
        _move(task_id, State.DONE, actor)


@transaction.atomic
def escalate(now: datetime) -> int:
    """Mark open tasks whose day is over, once each, so that the first page shows them. Returns how many."""
    today = now.astimezone(TOKYO).date()
    late = Task.objects.filter(state=State.OPEN, due_on__lt=today, escalated_at__isnull=True).order_by("id")
    ids = list(late.select_for_update(skip_locked=True).values_list("id", flat=True)[:AT_ONCE])
    if ids:
        Task.objects.filter(id__in=ids).update(escalated_at=now)
        audit.record_many(
            actor=SWEEPER, action="customers.task.escalated", count=len(ids), ids_digest=ids_digest(ids)
        )
    return len(ids)


def _move(task_id: int, following: State, actor: Actor) -> None:
    before = [state for state, after in TRANSITIONS.items() if following in after]
    moved = Task.objects.filter(id=task_id, state__in=before).update(
        state=following.value, state_since=timezone.now(), ended_by=str(actor)
    )
    if not moved:
        raise TaskRefused("このタスクは、もう終わっています。", remedy=REOPEN_PAGE)
    _record(task_id, following.value, actor)


def _check(words: str, owner: Owner, due_on: date, today: date) -> None:
    if problem := rules.text_problem(words, rules.LONGEST_WORDS, what="すること"):
        raise TaskRefused(problem, remedy="本文を直して、もう一度保存してください。")
    if problem := rules.due_problem(due_on, today):
        raise TaskRefused(problem)
    _check_owner(owner)


def _check_owner(owner: Owner) -> None:
    if (owner.staff is None) == (not owner.role):
        raise TaskRefused("担当する人か役割を、1つ選んでください。")
    member = accounts.by_id(owner.staff) if owner.staff is not None else None
    role = owner.role or (member.role if member and member.is_active else "")
    if role not in rules.ROLES:
        raise TaskRefused("この人や役割には、タスクを渡せません。", remedy="一覧から選んでください。")


def _record(task_id: int, verb: str, actor: Actor, **details: str | int | None) -> None:
    audit.record(actor=actor, action=f"customers.task.{verb}", subject=("task", task_id), details=details)
