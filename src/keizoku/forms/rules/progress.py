"""Which question comes now. Answers to questions that no longer apply do not count and are dropped."""

from dataclasses import dataclass

from keizoku.forms.rules import facts
from keizoku.forms.rules.definition import Answers, Given, Question, Questionnaire
from keizoku.kernel.conditions import holds


@dataclass(frozen=True, slots=True)
class Step:
    """One question's place in the walk; ``number`` counts from 1 among the questions that apply."""

    number: int
    of: int
    question: Question


def applicable(questionnaire: Questionnaire, answers: Answers) -> tuple[Question, ...]:
    """The questions that this customer has to answer, in order, as far as the answers so far tell."""
    found: list[Question] = []
    for question in questionnaire.questions:
        if question.when is None or holds(
            question.when, _row(questionnaire, found, answers), questionnaire.today
        ):
            found.append(question)
    return tuple(found)


def asked(questionnaire: Questionnaire, answers: Answers) -> tuple[Question, ...]:
    """Those of them that are asked in this round: where an earlier answer stands, nothing is asked."""
    return tuple(
        question
        for question in applicable(questionnaire, answers)
        if question.id not in questionnaire.standing
    )


def step(questionnaire: Questionnaire, answers: Answers, number: int) -> Step | None:
    """The question at a place; None where there is none, or where an earlier required one is still open."""
    questions = asked(questionnaire, answers)
    if not 1 <= number <= len(questions):
        return None
    coming = next_step(questionnaire, answers)
    if coming is not None and number > coming.number:
        return None
    return Step(number, len(questions), questions[number - 1])


def next_step(questionnaire: Questionnaire, answers: Answers) -> Step | None:
    """The first question without an answer; None when all are answered."""
    questions = asked(questionnaire, answers)
    for number, question in enumerate(questions, start=1):
        if question.id not in answers:
            return Step(number, len(questions), question)
    return None


def is_complete(questionnaire: Questionnaire, answers: Answers) -> bool:
    return next_step(questionnaire, answers) is None


def pruned(questionnaire: Questionnaire, answers: Answers) -> dict[str, Given]:
    """Only the answers to questions that apply."""
    return {
        question.id: answers[question.id]
        for question in applicable(questionnaire, answers)
        if question.id in answers
    }


def _row(questionnaire: Questionnaire, asked: list[Question], answers: Answers) -> dict[str, object]:
    """An answer to a question that is not asked any more says nothing."""
    unasked: dict[str, object] = dict.fromkeys(question.id for question in questionnaire.questions)
    return unasked | facts.row(asked, answers, questionnaire.known)
