"""A form that two people read alike, or whose doubts are resolved, becomes the answer of the day on which it arrived."""

from datetime import date, datetime, time

from keizoku.audit import actions as audit
from keizoku.customers import actions as customers
from keizoku.customers.models import ContactStop
from keizoku.forms import actions as forms
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO, business_now
from keizoku.reviews.actions.answering import Handed, write_answer
from keizoku.reviews.models import Answer, Review
from keizoku.reviews.paper.ending import SYSTEM, end_tasks, set_aside
from keizoku.reviews.paper.models import PaperForm
from keizoku.reviews.paper.queries import Compared
from keizoku.reviews.paper.rules import FormState, Why
from keizoku.reviews.rules.proving import Strength
from keizoku.reviews.rules.states import AWAITING_CUSTOMER, State


def hand_in(form: PaperForm, compared: Compared, actor: Actor) -> FormState:
    """Within the caller's transaction, the form locked. Who answered otherwise was faster: then the form is set aside."""
    now = business_now()
    at = day_of(form.received_on, Review.objects.get(id=form.review_id).opened_at, now)
    claimed = Review.objects.filter(id=form.review_id, round=form.round, state__in=AWAITING_CUSTOMER).update(
        state=State.ANSWERED, state_since=now, answered_at=at
    )
    if not claimed:
        set_aside(form, overtaken(form.review_id), SYSTEM)
        return FormState.SET_ASIDE
    review = Review.objects.get(id=form.review_id)
    # Nobody recognised who filled it in but by a signature.
    way = Handed(Answer.Entry.PAPER.value, answered_by=None, proof=Strength.WEAK, keyed_by=actor)
    write_answer(review, compared.sitting, way, at)
    if review.campaign_id is not None:
        customers.stop_contact(
            customer_id=review.customer_id,
            campaign_id=review.campaign_id,
            reason=ContactStop.Reason.ANSWERED.value,
            actor=actor,
        )
    forms.drop_drafts([review.id])
    moved = PaperForm.objects.filter(id=form.id, state=FormState.DOUBTFUL).update(
        state=FormState.HANDED_IN, state_since=now, ended_by=str(actor)
    )
    assert moved == 1  # its row is locked
    end_tasks(form.id, actor)
    audit.record(
        actor=actor,
        action="reviews.paper.handed_in",
        subject=("review", review.id),
        details={"form": form.id, "received_on": form.received_on.isoformat()},
    )
    return FormState.HANDED_IN


def overtaken(review_id: int) -> Why:
    """Why a review awaits no form any more."""
    state = State(Review.objects.values_list("state", flat=True).get(id=review_id))
    ends = {State.NEEDS_PERSON: Why.WITH_PERSON, State.WITHDRAWN: Why.WITHDRAWN, State.UNANSWERED: Why.LATE}
    return ends.get(state, Why.ANSWERED)


def day_of(received_on: date, opened_at: datetime, now: datetime) -> datetime:
    """Noon of the day of receipt: not before the review began, nor after now."""
    noon = datetime.combine(received_on, time(12), tzinfo=TOKYO)
    return min(max(noon, opened_at), now)
