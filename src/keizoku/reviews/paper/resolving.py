"""Resolving doubts: somebody looks at the form again and says what stands where two people read differently."""

from typing import Final

from django.db import transaction

from keizoku.accounts.access import authorise
from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.kernel.clock import business_now
from keizoku.kernel.crypto import field
from keizoku.reviews.models import Review
from keizoku.reviews.paper import queries
from keizoku.reviews.paper.errors import FormMoved, PaperRefused
from keizoku.reviews.paper.handing_in import hand_in
from keizoku.reviews.paper.models import PaperForm, PaperResolution
from keizoku.reviews.paper.queries import RESOLUTION_PAYLOAD, Compared
from keizoku.reviews.paper.rules import STATE_WORDS, Entries, FormState, How, write_entries

PERMISSION: Final = "paper.resolve"


def open_doubts(form_id: int, staff: Staff) -> Compared:
    """Both entries side by side; leaves the audit entry of the reading.

    Raises:
        NotPermitted: the actor may not.
        FormMoved: nothing is in doubt.
    """
    authorise(staff.actor, PERMISSION)
    form = PaperForm.objects.select_related("review").get(id=form_id)
    if form.state != FormState.DOUBTFUL:
        raise FormMoved(STATE_WORDS[FormState(form.state)])
    grant = audit.grant_read(actor=staff.actor, purpose="review.paper", subjects=[form.review.customer_id])
    return queries.compared(form_id, grant)


@transaction.atomic
def resolve(form_id: int, entries: Entries, staff: Staff) -> FormState:
    """Keep what stands in the questions in doubt; handed in when no doubt is left, else more is asked.

    Raises:
        NotPermitted: the actor may not.
        FormMoved: nothing is in doubt any more.
        PaperRefused: a question is left in doubt.
    """
    authorise(staff.actor, PERMISSION)
    form = PaperForm.objects.select_for_update().get(id=form_id)
    if form.state != FormState.DOUBTFUL:
        raise FormMoved(STATE_WORDS[FormState(form.state)])
    customer_id = Review.objects.values_list("customer_id", flat=True).get(id=form.review_id)
    grant = audit.grant_read(actor=staff.actor, purpose="review.paper", subjects=[customer_id])
    asked = queries.compared(form_id, grant).doubts.all
    if set(entries) != set(asked) or any(entry.how is How.UNREADABLE for entry in entries.values()):
        raise PaperRefused(
            "違いの残っている質問があります。",
            remedy="どちらかを選ぶか、用紙を見て入力してください。読めないときは、回答にしないことにしてください。",
        )
    number = PaperResolution.objects.filter(form_id=form_id).count() + 1
    PaperResolution.objects.create(
        form=form,
        number=number,
        resolved_by=staff,
        resolved_at=business_now(),
        payload=field.encrypt(write_entries(entries), where=RESOLUTION_PAYLOAD, record=f"{form.id}.{number}"),
    )
    audit.record(
        actor=staff.actor,
        action="reviews.paper.resolved",
        subject=("review", form.review_id),
        details={"form": form.id, "questions": ",".join(asked)},
    )
    compared = queries.compared(form_id, grant)
    return FormState.DOUBTFUL if compared.doubts else hand_in(form, compared, staff.actor)
