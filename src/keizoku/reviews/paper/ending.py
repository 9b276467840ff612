"""A form that becomes no answer: its state, the stop that it held, and a task where somebody has to talk to the customer."""

from datetime import date, timedelta
from typing import Final

from keizoku.audit import actions as audit
from keizoku.customers import actions as customers
from keizoku.customers.casework import actions as casework
from keizoku.customers.casework.actions import Owner
from keizoku.customers.casework.rules import TaskKind
from keizoku.customers.models import ContactStop
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO, business_now
from keizoku.reviews.models import Review
from keizoku.reviews.paper.errors import FormMoved
from keizoku.reviews.paper.models import PaperForm
from keizoku.reviews.paper.rules import ASKS_FOR_A_PERSON, STATE_WORDS, WAITING, WHY_WORDS, FormState, Why
from keizoku.reviews.rules.states import State

TOLD_WITHIN: Final = timedelta(days=3)  # our choice
SYSTEM: Final = Actor.system("reviews.paper")


def set_aside(form: PaperForm, why: Why, actor: Actor) -> None:
    """Within the caller's transaction; the row is locked.

    Raises:
        FormMoved: it does not wait any more.
    """
    now = business_now()
    moved = PaperForm.objects.filter(id=form.id, state__in=WAITING).update(
        state=FormState.SET_ASIDE, why=why, state_since=now, ended_by=str(actor)
    )
    if not moved:
        raise FormMoved(STATE_WORDS[FormState(form.state)])
    audit.record(
        actor=actor,
        action="reviews.paper.set_aside",
        subject=("review", form.review_id),
        details={"form": form.id, "why": why.value},
    )
    release(form, actor)
    casework.end_for(_origin(form.id), actor=actor)
    tell_somebody(form, why, now.astimezone(TOKYO).date())


def release(form: PaperForm, actor: Actor) -> None:
    """Lift the stop that the form's arrival wrote; whose review was withdrawn meanwhile stays unwritten to."""
    review = Review.objects.get(id=form.review_id)
    if review.campaign_id is None:
        return
    withdrawn, paper = ContactStop.Reason.WITHDRAWN, ContactStop.Reason.PAPER
    change = customers.stop_contact if review.state == State.WITHDRAWN else customers.release_stop
    change(
        customer_id=review.customer_id,
        campaign_id=review.campaign_id,
        reason=(withdrawn if review.state == State.WITHDRAWN else paper).value,
        actor=actor,
    )


def tell_somebody(form: PaperForm, why: Why, today: date) -> None:
    """A task for the reviewers where the customer has to be spoken to."""
    if why in ASKS_FOR_A_PERSON:
        told, remedy = WHY_WORDS[why]
        open_task(form, f"返送された質問票：{told}。{remedy}", today)


def open_task(form: PaperForm, words: str, today: date) -> None:
    casework.open_task(
        TaskKind.DOCUMENT,
        words,
        owner=Owner(role="reviewer"),
        due_on=today + TOLD_WITHIN,
        actor=SYSTEM,
        today=today,
        customer_id=form.review.customer_id,
        origin=_origin(form.id),
    )


def end_tasks(form_id: int, actor: Actor) -> None:
    casework.end_for(_origin(form_id), actor=actor)


def _origin(form_id: int) -> str:
    return f"paper:{form_id}"
