"""What a document says, and what is held of the person: written encrypted, read under a grant."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from django.utils import timezone

from keizoku.customers import queries as customers
from keizoku.identity.asking import APPLICANT
from keizoku.identity.evidence import subject_of
from keizoku.identity.methods import provided
from keizoku.identity.models import Reading, Shot, Verification
from keizoku.identity.ports import FieldRead, SideRead
from keizoku.identity.rules.comparing import Read
from keizoku.identity.rules.steps import Kind, StepName
from keizoku.kernel.crypto import field
from keizoku.kernel.crypto.grant import ReadGrant

PAYLOAD: Final = "identity_reading.payload"
_COMPARED: Final = ("name", "kana", "birth_date", "address")


def keep(shot: Shot, round_: int, read: SideRead) -> Reading:
    """Write one side's fields down, encrypted."""
    fields = {name: asdict(one) for name, one in read.fields.items()}
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True)
    return Reading.objects.create(
        verification_id=shot.verification_id,
        shot=shot,
        round=round_,
        side=shot.step,
        kind=read.kind if read.kind in set(Kind) else "",
        payload=field.encrypt(text, where=PAYLOAD, record=f"{shot.id}.{round_}"),
        confidence=read.confidence,
        made_at=timezone.now(),
    )


def fields_of(
    row: Verification, grant: ReadGrant, *, round_: int | None = None
) -> dict[StepName, dict[str, FieldRead]]:
    """What both sides say in one round (the present one unless another is named): side → field → value.

    Where no picture was read, what an accredited provider signed stands as the front.
    """
    found = Reading.objects.filter(verification=row, round=round_ or row.round)
    sides = {
        StepName(reading.side): {
            name: FieldRead(**{**said, "doubts": tuple(said["doubts"]), "box": tuple(said["box"])})
            for name, said in _opened(row, reading, grant).items()
        }
        for reading in found  # two at most
    }
    if not sides and (signed := provided.fields_of(row, grant)):
        return {StepName.FRONT: signed}
    return sides


def as_compared(sides: Mapping[StepName, Mapping[str, FieldRead]]) -> dict[str, Read]:
    """The fields of the front, as they are compared; a change noted on the back makes name and address doubtful."""
    front = sides.get(StepName.FRONT, {})
    note = sides.get(StepName.BACK, {}).get("note")
    is_changed = bool(note and note.value.strip())
    return {
        name: Read(one.value, bool(one.doubts) or (is_changed and name in {"name", "address"}))
        for name, one in front.items()
    }


def held_of(row: Verification, grant: ReadGrant) -> dict[str, str | None]:
    """What is held of the person: the customer's record, or what the applicant said."""
    if row.customer_id is not None:
        return dict(customers.record(row.customer_id, grant, _COMPARED).values)
    said: dict[str, Any] = json.loads(
        field.decrypt(
            bytes(row.applicant or b""),
            where=APPLICANT,
            record=str(row.key),
            subject=subject_of(row),
            grant=grant,
        )
    )
    return {name: str(value) for name, value in said.items()}


def _opened(row: Verification, reading: Reading, grant: ReadGrant) -> dict[str, dict[str, Any]]:
    text = field.decrypt(
        bytes(reading.payload),
        where=PAYLOAD,
        record=f"{reading.shot_id}.{reading.round}",
        subject=subject_of(row),
        grant=grant,
    )
    fields: dict[str, dict[str, Any]] = json.loads(text)
    return fields
