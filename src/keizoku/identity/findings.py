"""What verified documents say, for the room that asked: who has something to read, and the values under a grant."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from keizoku.identity import policies, recording
from keizoku.identity.models import Verification
from keizoku.identity.rules.states import NOT_FINAL, State
from keizoku.identity.rules.steps import KIND_WORDS, Kind
from keizoku.kernel.clock import TOKYO
from keizoku.kernel.crypto.grant import ReadGrant


@dataclass(frozen=True, slots=True)
class Findings:
    """That a verification passed and says something; the source of every value in it."""

    verification_id: int
    review_id: int
    customer_id: int
    kind: Kind
    found_on: date


def found_for(review_ids: QuerySet[Any]) -> list[Findings]:
    """What passed for these reviews and was not read yet, the oldest first."""
    rows = Verification.objects.filter(
        state=State.PASSED, review_id__in=review_ids, customer__isnull=False, taken_at__isnull=True
    ).order_by("id")
    return [
        Findings(
            row.id,
            row.review_id or 0,
            row.customer_id or 0,
            Kind(row.kind),
            row.state_since.astimezone(TOKYO).date(),
        )
        for row in rows
    ]


def take(found: Findings) -> bool:
    """Note that whoever asked has read it, within its transaction; False where that was done already."""
    fresh = Verification.objects.filter(id=found.verification_id, taken_at__isnull=True)
    return fresh.update(taken_at=timezone.now()) == 1


def values(found: Findings, grant: ReadGrant) -> dict[str, tuple[str, bool]]:
    """Field → (what the document says, whether it differs from what was held when it was verified)."""
    return recording.findings_of(Verification.objects.get(id=found.verification_id), grant)


def is_open_for(review_id: int) -> bool:
    """Whether a verification of this review is still to come."""
    return Verification.objects.filter(review_id=review_id, state__in=NOT_FINAL).exists()


def source_words(verification_id: int) -> tuple[str, int]:
    """The document's kind in words, and the verification's number: where a value came from."""
    kind = Verification.objects.values_list("kind", flat=True).get(id=verification_id)
    return KIND_WORDS[Kind(kind)], verification_id


def expiry_attribute() -> str:
    """The attribute that the policy in force keeps a document's last day in; "" for none."""
    return policies.in_force().expiry_attribute
