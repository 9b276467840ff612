"""Answers of rounds that were handed in, and what of them stands when a customer is asked again."""

from dataclasses import dataclass, field

from keizoku.forms import queries as forms
from keizoku.forms.queries import Published
from keizoku.forms.rules.definition import Given
from keizoku.forms.rules.notation import read_answers
from keizoku.kernel.crypto import field as encrypted
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.reviews.models import Answer, Decision
from keizoku.reviews.queries.rows import ReviewRow
from keizoku.reviews.rules import asking_again, reasons

ANSWER_PAYLOAD = "reviews_answer.payload"


@dataclass(frozen=True, slots=True)
class AnsweredRound:
    """One round as it was handed in, with the version of the questionnaire that it answers."""

    number: int
    record_version: int
    published: Published
    answers: dict[str, Given] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Carried:
    """What a round takes over from the one before. ``published`` is None for a first round, or where all is asked anew."""

    published: Published | None = None
    answers: dict[str, Given] = field(default_factory=dict, repr=False)
    about: str = ""
    words: str = ""


def answered_round(answer: Answer, subject: int, grant: ReadGrant) -> AnsweredRound:
    """The answers of the customer ``subject``, decrypted for the grant."""
    published = forms.published(answer.questionnaire_id)
    text = encrypted.decrypt(
        bytes(answer.payload),
        where=ANSWER_PAYLOAD,
        record=f"{answer.review_id}.{answer.round}",
        subject=subject,
        grant=grant,
    )
    answers = read_answers(text, published.questionnaire)
    return AnsweredRound(answer.round, answer.record_version, published, answers)


def carried(review: ReviewRow, record_version: int, grant: ReadGrant) -> Carried:
    """What stands of the last answered round; between it and now a person may have helped the customer."""
    if review.round == 1:
        return Carried()
    answer = Answer.objects.filter(review_id=review.id, round__lt=review.round).order_by("-round").first()
    decision = Decision.objects.filter(review_id=review.id, round=answer.round if answer else 0).first()
    if answer is None or decision is None or not decision.asked:
        last = Decision.objects.filter(review_id=review.id, round=review.round - 1).first()
        return Carried(about=reasons.ASKED_AGAIN_ABOUT.get(last.reason_code, "") if last else "")
    earlier = answered_round(answer, review.customer_id, grant)
    return Carried(
        published=earlier.published,
        answers=asking_again.standing(
            earlier.answers, decision.asked, is_same_record=earlier.record_version == record_version
        ),
        about=asking_again.about(earlier.published.questionnaire, decision.asked),
        words=asking_again.told(decision.words),
    )
