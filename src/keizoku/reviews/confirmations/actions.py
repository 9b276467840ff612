"""The one write: an approval's confirmation. Part of the approval's transaction, whose audit entry names it."""

from collections.abc import Sequence

from django.utils import timezone

from keizoku.customers.models import RecordVersion
from keizoku.kernel.clock import TOKYO
from keizoku.reviews.confirmations.models import Confirmation
from keizoku.reviews.models import Answer, Decision


def record_confirmation(
    decision: Decision, answer: Answer, *, fields: Sequence[tuple[str, bool]], version: int
) -> None:
    """Write down what an approval confirmed; ``fields`` are (field, whether it changed), ``version`` the record's."""
    Confirmation.objects.create(
        customer_id=answer.review.customer_id,
        review_id=answer.review_id,
        round=answer.round,
        decision=decision,
        confirmed_on=answer.business_at.astimezone(TOKYO).date(),
        recorded_at=timezone.now(),
        questionnaire_id=answer.questionnaire_id,
        fields=[[name, is_change] for name, is_change in fields],
        source=RecordVersion.Source.DECLARED.value,
        record_version=version,
    )
