"""What every change of cases leaves behind: one event a case, by one statement, and one entry in the audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import uuid4

from django.db import connection

from keizoku.audit import actions as audit
from keizoku.audit.rules import ids_digest
from keizoku.campaigns.silent.models import SilentEvent
from keizoku.campaigns.silent.rules import State
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import field

NOTE: Final = "campaigns_silentevent.note"

_APPEND: Final = """
INSERT INTO campaigns_silentevent
    (key, case_id, at, written_at, from_state, to_state, reason, measure, until, follow_up_id, by)
SELECT gen_random_uuid(), moved.id, %(at)s, now(), moved.before, %(to)s, %(reason)s, '', %(until)s, %(follow_up)s, %(by)s
FROM unnest(%(ids)s::bigint[], %(before)s::text[]) AS moved (id, before)
"""


@dataclass(frozen=True, slots=True)
class Move:
    """Where cases go, why, and by whom; ``at`` is business time."""

    to: State
    at: datetime
    actor: Actor
    reason: str = ""
    measure: str = ""
    until: date | None = None
    follow_up_id: int | None = None
    task_id: int | None = None


def append_many(
    moved: Sequence[tuple[int, str]], move: Move, *, action: str, campaign_id: int | None = None
) -> None:
    """One event for each (case, state before), without notes, and one entry for all of them."""
    ids = sorted(case_id for case_id, _ in moved)
    named: dict[str, Any] = {
        "ids": [case_id for case_id, _ in moved],
        "before": [before for _, before in moved],
        "to": move.to.value,
        "at": move.at,
        "reason": move.reason,
        "until": move.until,
        "follow_up": move.follow_up_id,
        "by": name(move.actor),
    }
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, named)
    audit.record_many(
        actor=move.actor,
        action=action,
        subject=("campaign", campaign_id) if campaign_id is not None else None,
        count=len(ids),
        ids_digest=ids_digest(ids),
        details={"reason": move.reason, "follow_up": move.follow_up_id} if move.reason else {},
    )


def append_one(case_id: int, before: str, move: Move, *, action: str, note: str = "") -> None:
    """One event with its note, which is encrypted, and one entry about the case."""
    key = uuid4()
    SilentEvent.objects.create(
        key=key,
        case_id=case_id,
        at=move.at,
        from_state=before,
        to_state=move.to.value,
        reason=move.reason,
        measure=move.measure,
        until=move.until,
        follow_up_id=move.follow_up_id,
        task_id=move.task_id,
        note=field.encrypt(note.strip(), where=NOTE, record=str(key)) if note.strip() else None,
        by=name(move.actor),
    )
    audit.record(
        actor=move.actor,
        action=action,
        subject=("silent_case", case_id),
        details={
            "reason": move.reason,
            "measure": move.measure,
            "until": move.until.isoformat() if move.until else None,
            "task": move.task_id,
        },
    )


def name(actor: Actor) -> str:
    return str(actor)
