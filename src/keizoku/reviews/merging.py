"""What becomes of reviews when two customers become one: the open ones of the one merged away are withdrawn.

An answer that waits for a decision is never thrown away: the merge waits for it.
"""

from typing import Final

from django.db.models import OuterRef
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.customers.duplicates.parts import Merge, Part, register
from keizoku.customers.errors import DuplicateRefused
from keizoku.forms import actions as forms
from keizoku.reviews.models import Review
from keizoku.reviews.paper.readers import holds
from keizoku.reviews.rules.states import TRANSITIONS, State

WITHDRAWN_FROM: Final = tuple(state for state, after in TRANSITIONS.items() if State.WITHDRAWN in after)


def register_part() -> None:
    register(Part("reviews", 50, carry=withdraw, check=refuse_answered))


def refuse_answered(merge: Merge) -> None:
    """Raises ``DuplicateRefused`` while an answer of the one merged away waits on the desk."""
    if Review.objects.filter(customer_id=merge.other_id, state=State.ANSWERED).exists():
        raise DuplicateRefused(
            "統合されるお客さまの回答が、審査を待っています。", remedy="先に審査を終えてください。"
        )
    if Review.objects.filter(holds(OuterRef("id")), customer_id=merge.other_id).exists():
        raise DuplicateRefused(
            "統合されるお客さまから返送された質問票が、入力を待っています。",
            remedy="先に入力を終えてください。",
        )


def withdraw(merge: Merge) -> None:
    """End what nobody has answered; its code opens nothing any more."""
    found = Review.objects.select_for_update().filter(customer_id=merge.other_id, state__in=WITHDRAWN_FROM)
    for review in found:  # one at most: a customer has one review that is not over
        Review.objects.filter(id=review.id, state=review.state).update(
            state=State.WITHDRAWN, state_since=timezone.now()
        )
        forms.drop_drafts([review.id])
        audit.record(
            actor=merge.actor,
            action="reviews.review.withdrawn",
            subject=("review", review.id),
            details={"merged_into": merge.survivor_id},
        )
