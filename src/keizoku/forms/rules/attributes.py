"""Whether a questionnaire's questions fit the attributes that they fill. Judged where it is published; pure."""

from collections.abc import Mapping
from typing import Final

from keizoku.customers.attributes.rules.definition import Definition, Type
from keizoku.forms.rules.definition import Kind, Question, Questionnaire
from keizoku.forms.rules.reading import QuestionnaireInvalid

KINDS: Final[Mapping[Kind, Type]] = {
    Kind.SINGLE_CHOICE: Type.CHOICE,
    Kind.MULTIPLE_CHOICE: Type.LIST,
    Kind.YES_NO: Type.FLAG,
    Kind.NUMBER: Type.NUMBER,
    Kind.DATE: Type.DATE,
}


def refuse_misfits(questionnaire: Questionnaire, usable: Mapping[str, Definition]) -> None:
    """``usable``: the attributes in use, by name.

    Raises:
        QuestionnaireInvalid: at the first question whose attribute does not exist or cannot hold its answers.
    """
    for question in questionnaire.questions:
        if question.attribute:
            _refuse_misfit(question, usable)


def _refuse_misfit(question: Question, usable: Mapping[str, Definition]) -> None:
    place = f"question {question.id}"
    definition = usable.get(question.attribute)
    if definition is None:
        raise QuestionnaireInvalid(f"{place}: there is no attribute {question.attribute} in use")
    if KINDS[question.kind] is not definition.type:
        raise QuestionnaireInvalid(
            f"{place}: a {question.kind} cannot fill {definition.name} ({definition.type})"
        )
    if definition.choices:
        offered = {choice.value for choice in definition.offered}
        if unknown := sorted({choice.value for choice in question.choices} - offered):
            raise QuestionnaireInvalid(f"{place}: {definition.name} has no choice {unknown[0]}")
    if definition.least is not None and definition.most is not None:
        assert question.least is not None
        assert question.most is not None
        if question.least < definition.least or question.most > definition.most:
            raise QuestionnaireInvalid(
                f"{place}: {definition.name} holds numbers from {definition.least} to {definition.most}"
            )
