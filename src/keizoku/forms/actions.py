"""Writes of questionnaires and drafts.

A draft's writes are audited by the reviews, whose they are: this room knows no customer.
"""

from collections.abc import Collection, Mapping

from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.customers.attributes import queries as attributes
from keizoku.forms.models import Draft, QuestionnaireVersion
from keizoku.forms.queries import DRAFT_PAYLOAD
from keizoku.forms.rules.attributes import refuse_misfits
from keizoku.forms.rules.definition import Given
from keizoku.forms.rules.notation import write_answers
from keizoku.forms.rules.reading import read_questionnaire
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import field


def publish(text: str, *, actor: Actor) -> int:
    """Add a questionnaire's version; the same text published again is the same row. Returns the row's id.

    Raises:
        QuestionnaireInvalid: the text is not a questionnaire, or a question does not fit the attribute that it fills.
        django.db.IntegrityError: this version exists with another text.
    """
    read = read_questionnaire(text)
    refuse_misfits(read, {definition.name: definition for definition in attributes.usable()})
    same = QuestionnaireVersion.objects.filter(
        questionnaire=read.id, version=read.version, digest=read.digest
    ).first()
    if same is not None:
        return same.id
    row = QuestionnaireVersion.objects.create(
        questionnaire=read.id, version=read.version, text=text, digest=read.digest
    )
    audit.record(
        actor=actor,
        action="forms.questionnaire.published",
        subject=("questionnaire", row.id),
        details={"version": read.version, "digest": read.digest},
    )
    return row.id


def save_draft(review_id: int, *, questionnaire_id: int, answers: Mapping[str, Given]) -> None:
    """Keep what was answered so far, in place of what was kept before."""
    payload = field.encrypt(write_answers(answers), where=DRAFT_PAYLOAD, record=str(review_id))
    Draft.objects.update_or_create(
        review_id=review_id,
        defaults={"questionnaire_id": questionnaire_id, "payload": payload, "updated_at": timezone.now()},
    )


def drop_drafts(review_ids: Collection[int]) -> None:
    """The answers were submitted, or the reviews are over."""
    Draft.objects.filter(review_id__in=review_ids).delete()
