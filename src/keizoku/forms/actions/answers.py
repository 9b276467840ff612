"""Writes of what customers have answered so far.

They are audited by the reviews, whose drafts they are: this room knows no customer.
"""

from collections.abc import Collection, Mapping

from django.utils import timezone

from keizoku.forms.models import Draft
from keizoku.forms.queries import DRAFT_PAYLOAD
from keizoku.forms.rules.definition import Given
from keizoku.forms.rules.notation import write_answers
from keizoku.kernel.crypto import field


def save_draft(review_id: int, *, questionnaire_id: int, answers: Mapping[str, Given]) -> None:
    """Keep what was answered so far, in place of what was kept before."""
    payload = field.encrypt(write_answers(answers), where=DRAFT_PAYLOAD, record=str(review_id))
    draft = Draft(
        review_id=review_id, questionnaire_id=questionnaire_id, payload=payload, updated_at=timezone.now()
    )
    Draft.objects.bulk_create(
        [draft],
        update_conflicts=True,
        unique_fields=["review_id"],
        update_fields=["questionnaire", "payload", "updated_at"],
    )


def drop_drafts(review_ids: Collection[int]) -> None:
    """The answers were submitted, or the reviews are over."""
    Draft.objects.filter(review_id__in=review_ids).delete()
