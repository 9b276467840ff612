"""A customer says that nothing has changed: all known values are confirmed in the draft at once."""

from dataclasses import dataclass

from django.db import transaction

from keizoku.audit import actions as audit
from keizoku.forms import actions as forms
from keizoku.forms.rules import progress
from keizoku.forms.rules.evaluation import Judged
from keizoku.forms.rules.judging import judge
from keizoku.forms.rules.progress import Step
from keizoku.kernel.actor import Actor
from keizoku.reviews.actions.answering import Posting, open_sitting
from keizoku.reviews.queries import rows
from keizoku.reviews.queries.sittings import Sitting
from keizoku.reviews.rules.confirming import beside, confirmed


@dataclass(frozen=True, slots=True)
class Confirmed:
    """``judged`` is that of a fresh answer that was wrong, and then nothing is kept; ``following`` is the next question."""

    sitting: Sitting
    judged: Judged | None
    following: Step | None


@transaction.atomic
def confirm_known(review_id: int, posted: Posting) -> Confirmed | None:
    """Keep "unchanged" for every question that the record answers, and the one fresh answer that stood on the page.

    Args:
        review_id: whose draft; answers that it has already are not touched.
        posted: what the page brought for a question.

    Returns:
        None when the page is over: there are answers already, or nothing is known.

    Raises:
        ReviewExpired, ReviewClosed: nothing can be answered any more.
    """
    sitting = open_sitting(rows.locked(review_id))
    answers = confirmed(sitting.questionnaire, sitting.known.values)
    if sitting.answers or not answers:
        return None
    question = beside(sitting.questionnaire, answers)
    if question is not None:
        judged = judge(question, posted(question), has_known=False)
        if judged.given is None:
            return Confirmed(sitting, judged, None)
        answers[question.id] = judged.given
    forms.save_draft(review_id, questionnaire_id=sitting.questionnaire_id, answers=answers)
    audit.record(
        actor=Actor.customer(sitting.review.customer_id),
        action="reviews.draft.saved",
        subject=("review", review_id),
        details={"question": ",".join(answers)},
    )
    return Confirmed(sitting, None, progress.next_step(sitting.questionnaire, answers))
