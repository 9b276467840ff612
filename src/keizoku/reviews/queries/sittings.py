"""What a customer's sitting needs: the questionnaire, the answers so far and the values that the record holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from keizoku.customers import queries as customers
from keizoku.customers.attributes import queries as attributes
from keizoku.customers.models import Fact
from keizoku.forms import queries as forms
from keizoku.forms.rules.definition import NO, YES, Given, Kind, Question, Questionnaire
from keizoku.forms.rules.facts import KNOWN, PREFIX
from keizoku.forms.rules.ownership import read_ownership
from keizoku.kernel.clock import business_today
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.reviews.queries.rounds import carried
from keizoku.reviews.queries.rows import ReviewRow
from keizoku.reviews.rules import masking

_MASKS = {
    Kind.ADDRESS: masking.masked_address,
    Kind.PHONE: masking.masked_phone,
    Kind.EMAIL: masking.masked_email,
    Kind.RESIDENCE_PERIOD: masking.masked_day,
}


@dataclass(frozen=True, slots=True)
class Known:
    """The record's values by field, as of one version; None where the record has none."""

    version: int
    values: Mapping[str, str | None] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sitting:
    """One customer at the questions of one round.

    ``asked_again_about`` names what is asked again, ``asked_again_words`` is the reviewer's sentence about it.
    """

    review: ReviewRow
    questionnaire_id: int
    questionnaire: Questionnaire
    answers: dict[str, Given]
    known: Known
    asked_again_about: str
    asked_again_words: str

    def has_known(self, question: Question) -> bool:
        return bool(question.is_known and self.known.values.get(question.target))

    def masked(self, question: Question) -> str:
        """The known value as the customer may see it, or nothing."""
        value = self.known.values.get(question.target)
        if not question.is_known or not value:
            return ""
        return _MASKS[question.kind](value)

    def owners_of(self, question_id: str) -> list[str]:
        """The names of the beneficial owners that an answered ownership came to."""
        question, given = self.questionnaire.question(question_id), self.answers.get(question_id)
        if question is None or given is None or question.kind is not Kind.OWNERSHIP:
            return []
        return [owner.person for owner in read_ownership(given.values.get(question.target, "")).owners]


def sitting(review: ReviewRow, grant: ReadGrant) -> Sitting:
    """A round that was asked again begins with the answers that stand, in the version that they answered."""
    fact = Fact.objects.get(customer_id=review.customer_id)
    held = _known(fact, grant)
    earlier = carried(review, held.version, grant)
    unfinished = forms.unfinished(
        review.id,
        asked=lambda: forms.asked_of(fact.kind, review.questionnaire),
        subject=review.customer_id,
        grant=grant,
    )
    published = earlier.published or unfinished.published
    return Sitting(
        review=review,
        questionnaire_id=published.row_id,
        questionnaire=replace(
            published.questionnaire,
            known=_conditions_facts(fact),
            today=review.read_on or business_today(),
            standing=frozenset(earlier.answers),
        ),
        answers={**unfinished.answers, **earlier.answers},
        known=held,
        asked_again_about=earlier.about,
        asked_again_words=earlier.words,
    )


def known(customer_id: int, grant: ReadGrant) -> Known:
    """What the questionnaire can ask about, in the very notation that answers have."""
    return _known(Fact.objects.get(customer_id=customer_id), grant)


def _known(fact: Fact, grant: ReadGrant) -> Known:
    record = customers.record(fact.customer_id, grant, fields=("postal_code", "address", "phone", "email"))
    facts = {
        "occupation": fact.occupation,
        "purpose": fact.purpose,
        "foreign_remittance": YES if fact.foreign_remittance else NO,
        "residence_expires_on": fact.residence_expires_on.isoformat() if fact.residence_expires_on else None,
    }
    return Known(record.version, {**record.values, **facts, **attributes.held_texts(fact.attributes)})


def _conditions_facts(fact: Fact) -> dict[str, object]:
    """What the conditions of questions may ask about the customer."""
    return {name: getattr(fact, name.removeprefix(PREFIX)) for name in KNOWN}
