"""Which known values a customer may confirm at once, and which questions need a fresh answer. Pure.

What the record holds may stay as it is: a contact point, a period of stay that has not ended, an occupation, a purpose.
What is asked about the time to come (a remittance within a year) is answered afresh each time.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from keizoku.forms.rules import progress
from keizoku.forms.rules.definition import Given, Kind, Question, Questionnaire

_CHOSEN: Final = (Kind.YES_NO, Kind.SINGLE_CHOICE)
_HELD_FACTS: Final = frozenset({"occupation", "purpose"})


def may_be_confirmed(question: Question, value: str | None, today: date) -> bool:
    """Whether the value that is held answers the question."""
    if not value:
        return False
    if question.kind is Kind.SINGLE_CHOICE:
        offered = {choice.value for choice in question.choices}
        return question.target in _HELD_FACTS and value in offered
    if question.kind is Kind.RESIDENCE_PERIOD:
        return question.is_known and date.fromisoformat(value) >= today
    return question.is_known


def confirmed(questionnaire: Questionnaire, held: Mapping[str, str | None]) -> dict[str, Given]:
    """The answers of a customer for whom nothing has changed; conditions see each answer as it is given."""
    answers: dict[str, Given] = {}
    for question in questionnaire.questions:
        if question.id in questionnaire.standing:
            continue
        is_held = may_be_confirmed(question, held.get(question.target), questionnaire.today)
        if is_held and question in progress.applicable(questionnaire, answers):
            answers[question.id] = Given(is_unchanged=True)
    return answers


def beside(questionnaire: Questionnaire, answers: Mapping[str, Given]) -> Question | None:
    """The one question that is left, where a single choice answers it: on the same page, so that three taps do."""
    left = [each for each in progress.asked(questionnaire, answers) if each.id not in answers]
    return left[0] if len(left) == 1 and left[0].kind in _CHOSEN else None
