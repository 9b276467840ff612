"""Reads of questionnaires and drafts. Called by the reviews; a draft is read under a grant only."""

from dataclasses import dataclass
from functools import lru_cache

from keizoku.forms.models import Draft, QuestionnaireVersion
from keizoku.forms.rules.definition import Given, Questionnaire
from keizoku.forms.rules.notation import read_answers
from keizoku.forms.rules.reading import read_questionnaire
from keizoku.kernel.crypto import field
from keizoku.kernel.crypto.grant import ReadGrant

DRAFT_PAYLOAD = "forms_draft.payload"


@dataclass(frozen=True, slots=True)
class Published:
    """A questionnaire with the id of its published row."""

    row_id: int
    questionnaire: Questionnaire


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A review's draft: the version it was begun with, and the answers so far."""

    published: Published
    answers: dict[str, Given]


def newest(questionnaire: str) -> Published:
    """The version that a review beginning now is asked."""
    row_id = (
        QuestionnaireVersion.objects.filter(questionnaire=questionnaire)
        .order_by("-version")
        .values_list("id", flat=True)[:1]
        .get()
    )
    return published(row_id)


@lru_cache(maxsize=64)
def published(row_id: int) -> Published:
    """A published version; its text never changes, so each process reads it once."""
    row = QuestionnaireVersion.objects.get(id=row_id)
    return Published(row.id, read_questionnaire(row.text))


def unfinished(review_id: int, *, questionnaire: str, subject: int, grant: ReadGrant) -> Unfinished:
    """What the customer ``subject`` has answered so far, or an empty draft of the newest version."""
    draft = Draft.objects.filter(review_id=review_id).first()
    if draft is None:
        return Unfinished(newest(questionnaire), {})
    begun = published(draft.questionnaire_id)
    text = field.decrypt(
        bytes(draft.payload), where=DRAFT_PAYLOAD, record=str(review_id), subject=subject, grant=grant
    )
    return Unfinished(begun, read_answers(text, begun.questionnaire))
