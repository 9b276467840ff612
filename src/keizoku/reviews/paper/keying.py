"""Keying a form: the first, then a second person who does not see what the first read; then both are compared."""

from typing import Final

from django.db import transaction

from keizoku.accounts.access import authorise
from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.kernel.clock import business_now
from keizoku.kernel.crypto import field
from keizoku.reviews.models import Review
from keizoku.reviews.paper import queries
from keizoku.reviews.paper.ending import SYSTEM, set_aside
from keizoku.reviews.paper.errors import FormMoved, KeyedBefore
from keizoku.reviews.paper.handing_in import hand_in, overtaken
from keizoku.reviews.paper.models import PaperForm, PaperKeying
from keizoku.reviews.paper.queries import KEYING_PAYLOAD
from keizoku.reviews.paper.rules import STATE_WORDS, Entries, FormState, write_entries
from keizoku.reviews.rules.states import AWAITING_CUSTOMER

PERMISSION: Final = "paper.key"
_NEXT: Final = {FormState.REGISTERED: FormState.KEYED_ONCE, FormState.KEYED_ONCE: FormState.DOUBTFUL}


@transaction.atomic
def key(form_id: int, expected: FormState, entries: Entries, staff: Staff) -> FormState:
    """Keep what one person read and return the state that follows: after the second, handed in or in doubt.

    Args:
        form_id: which form.
        expected: its state when the page was opened: who was slower than another first keyer is told, not taken as second.
        entries: of every question of the printed version.
        staff: who read it.

    Raises:
        NotPermitted: the actor may not.
        KeyedBefore: the actor is the first keyer.
        FormMoved: it is not in that state any more.
    """
    authorise(staff.actor, PERMISSION)
    form = PaperForm.objects.select_for_update().get(id=form_id)
    if PaperKeying.objects.filter(form_id=form_id, keyed_by=staff).exists():
        raise KeyedBefore
    state = FormState(form.state)
    if state is not expected or state not in _NEXT:
        raise FormMoved(STATE_WORDS[state])
    if not Review.objects.filter(id=form.review_id, round=form.round, state__in=AWAITING_CUSTOMER).exists():
        set_aside(form, overtaken(form.review_id), SYSTEM)
        return FormState.SET_ASIDE
    place = 1 if state is FormState.REGISTERED else 2
    now = business_now()
    PaperKeying.objects.create(
        form=form,
        place=place,
        keyed_by=staff,
        keyed_at=now,
        payload=field.encrypt(write_entries(entries), where=KEYING_PAYLOAD, record=f"{form.id}.{place}"),
    )
    PaperForm.objects.filter(id=form.id, state=state).update(
        state=_NEXT[state], state_since=now, escalated_at=None
    )
    audit.record(
        actor=staff.actor,
        action="reviews.paper.keyed",
        subject=("review", form.review_id),
        details={"form": form.id, "place": place},
    )
    return _compare(form, staff) if place == 2 else FormState.KEYED_ONCE  # noqa: PLR2004 - the second of two


def _compare(form: PaperForm, staff: Staff) -> FormState:
    customer_id = Review.objects.values_list("customer_id", flat=True).get(id=form.review_id)
    grant = audit.grant_read(actor=SYSTEM, purpose="review.paper", subjects=[customer_id])
    compared = queries.compared(form.id, grant)
    if compared.doubts:
        audit.record(
            actor=SYSTEM,
            action="reviews.paper.doubted",
            subject=("review", form.review_id),
            details={"form": form.id, "questions": ",".join(compared.doubts.all)},
        )
        return FormState.DOUBTFUL
    form.state = FormState.DOUBTFUL
    return hand_in(form, compared, staff.actor)
