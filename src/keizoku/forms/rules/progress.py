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
    """The questions that this customer is asked, in order, as far as the answers so far tell."""
    asked: list[Question] = []
    for question in questionnaire.questions:
        if question.when is None or holds(
            question.when, _row(questionnaire, asked, answers), questionnaire.today
        ):
            asked.append(question)
    return tuple(asked)


def step(questionnaire: Questionnaire, answers: Answers, number: int) -> Step | None:
    """The question at a place; None where there is none, or where an earlier required one is still open."""
    questions = applicable(questionnaire, answers)
    if not 1 <= number <= len(questions):
        return None
    coming = next_step(questionnaire, answers)
    if coming is not None and number > coming.number:
        return None
    return Step(number, len(questions), questions[number - 1])


def next_step(questionnaire: Questionnaire, answers: Answers) -> Step | None:
    """The first question without an answer; None when all are answered."""
    questions = applicable(questionnaire, answers)
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
