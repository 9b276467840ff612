"""The confirmation record of what passed: written with the verdict, once; later days only add to it.

And the findings: what the document says, for whoever asked, so that a new address becomes a proposed change with its source.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.identity import reading
from keizoku.identity.errors import NoteRefused, RecordMissing
from keizoku.identity.evidence import subject_of
from keizoku.identity.methods import provided
from keizoku.identity.methods.tables import table
from keizoku.identity.models import Check, ConfirmationRecord, Decision, Finding, Shot, Verification
from keizoku.identity.ports import FieldRead
from keizoku.identity.rules.comparing import DIFFERS, VARIANT, compare
from keizoku.identity.rules.deciding import LONGEST_NOTE
from keizoku.identity.rules.purposes import LegalUse
from keizoku.identity.rules.record import DOCUMENT_FIELDS, FORMAT, PERSON_FIELDS, canonical, digest
from keizoku.identity.rules.steps import StepName
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO, business_now
from keizoku.kernel.crypto import field
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.text.numbers import has_individual_number

PAYLOAD: Final = "identity_confirmationrecord.payload"
VALUE: Final = "identity_finding.value"
# What a verified document says that a record or a due date can follow.
FOUND: Final = ("name", "address", "birth_date", "expiry_date", "period_of_stay_until", "nationality")


def write(row: Verification, made: Decision, by: Actor) -> ConfirmationRecord:
    """The record and the findings of a verdict, within its transaction."""
    grant = audit.grant_read(actor=by, purpose="identity.record", subjects=[subject_of(row)])
    sides = reading.fields_of(row, grant, round_=made.round)
    _keep_findings(row, sides, grant)
    return _append(row, _content(row, made, sides.get(StepName.FRONT, {})), by)


@transaction.atomic
def annotate(verification_id: int, words: str, staff: Staff) -> int:
    """Add to a record what a later day changed; the number under which it stands. Nothing before it is altered.

    Raises:
        NotPermitted: the actor may not.
        RecordMissing: there is no record to add to.
        NoteRefused: nothing said, too long, or with an Individual Number.
    """
    authorise(staff.actor, "identity.decide")
    row = Verification.objects.select_for_update().get(id=verification_id)
    if not row.records.exists():
        raise RecordMissing
    if not words.strip() or len(words) > LONGEST_NOTE or has_individual_number(words):
        raise NoteRefused(LONGEST_NOTE)
    content = {"format": FORMAT, "verification": row.id, "added_on": _today(), "words": words.strip()}
    return _append(row, content, staff.actor).number


def records_of(row: Verification, grant: ReadGrant) -> list[tuple[ConfirmationRecord, dict[str, Any]]]:
    """The record and what was added to it, in order, each with its content."""
    found = row.records.order_by("number")
    return [(one, json.loads(_opened(row, one, grant))) for one in found]  # one, and few more


def findings_of(row: Verification, grant: ReadGrant) -> dict[str, tuple[str, bool]]:
    """Field → (what the verified document says, whether it differs from what was held)."""
    return {
        one.field: (
            field.decrypt(
                bytes(one.value),
                where=VALUE,
                record=f"{row.id}.{one.field}",
                subject=subject_of(row),
                grant=grant,
            ),
            one.is_difference,
        )
        for one in row.findings.order_by("id")  # six at most
    }


def _append(row: Verification, content: Mapping[str, Any], by: Actor) -> ConfirmationRecord:
    number = row.records.count() + 1
    text = canonical({**content, "number": number})
    made = ConfirmationRecord.objects.create(
        verification=row,
        number=number,
        payload=field.encrypt(text, where=PAYLOAD, record=f"{row.id}.{number}"),
        digest=digest(text),
        made_by=str(by),
        made_at=timezone.now(),
    )
    audit.record(
        actor=by,
        action="identity.record.written",
        subject=("verification", row.id),
        details={"number": number, "sha256": made.digest},
    )
    return made


def _content(row: Verification, made: Decision, front: Mapping[str, FieldRead]) -> dict[str, Any]:
    """The items of the rule (規則 20条1項), in its groups."""
    verifiers = [each for each in (_decider(made.agrees_with), _decider(made)) if each]
    shots = Shot.objects.filter(verification=row, is_accepted=True, round__lte=made.round).order_by("id")
    return {
        "format": FORMAT,
        "verification": row.id,
        "customer": row.customer_id,
        "verified_by": verifiers,
        "record_made_by": verifiers[-1],
        "purpose": row.purpose,
        "legal_use": row.legal_use,
        "statute": row.statute,
        "method": row.method,
        "letter": _letter(row),
        "document": {"kind": row.kind, **_said(front, DOCUMENT_FIELDS)},
        "person": _said(front, PERSON_FIELDS),
        "provider_result": provided.evidence_of(row),
        "moments": {
            "asked": row.asked_at.isoformat(),
            "pictures_received": [
                {
                    "step": shot.step,
                    "pose": shot.pose,
                    "at": shot.received_at.isoformat(),
                    "sha256": shot.sha256,
                }
                for shot in shots  # some dozens
            ],
            "decided": made.decided_at.isoformat(),
        },
        "checks": list(
            Check.objects.filter(verification=row, round=made.round)
            .order_by("id")
            .values(
                "name", "outcome", "reason", "score", "threshold", "model", "model_version", "model_sha256"
            )
        ),
        "decision": {"id": made.id, "reason": made.reason, "policy": made.policy_id},
    }


def _said(front: Mapping[str, FieldRead], names: tuple[str, ...]) -> dict[str, str]:
    return {name: front[name].value for name in names if name in front and front[name].value}


def _decider(made: Decision | None) -> str:
    if made is None:
        return ""
    return f"staff:{made.decided_by_id}" if made.decided_by_id is not None else f"policy:{made.policy_id}"


def _letter(row: Verification) -> str:
    """The law's own letter for the method on the day it was asked for, frozen here; "" where no statute verifies."""
    if row.legal_use != LegalUse.STATUTORY:
        return ""
    known = table().statute(row.statute).row_on(row.method, row.asked_at.astimezone(TOKYO).date())
    return known.letter if known is not None else ""


def _keep_findings(
    row: Verification, sides: Mapping[StepName, Mapping[str, FieldRead]], grant: ReadGrant
) -> None:
    front = sides.get(StepName.FRONT, {})
    lines = compare(reading.as_compared(sides), reading.held_of(row, grant))
    differing = {line.field for line in lines if line.reason in (DIFFERS, VARIANT)}
    Finding.objects.bulk_create(
        Finding(
            verification=row,
            field=name,
            value=field.encrypt(front[name].value, where=VALUE, record=f"{row.id}.{name}"),
            is_difference=name in differing,
            kind=row.kind,
            found_at=business_now(),
        )
        for name in FOUND
        if name in front and front[name].value and not front[name].doubts
    )


def _opened(row: Verification, one: ConfirmationRecord, grant: ReadGrant) -> str:
    return field.decrypt(
        bytes(one.payload),
        where=PAYLOAD,
        record=f"{row.id}.{one.number}",
        subject=subject_of(row),
        grant=grant,
    )


def _today() -> str:
    return business_now().astimezone(TOKYO).date().isoformat()
