"""Whether a questionnaire's questions fit the attributes that they fill. Judged where it is drafted; pure."""

from collections.abc import Mapping
from typing import Final

from keizoku.customers.attributes.rules.definition import TYPE_WORDS, Definition, Type
from keizoku.forms.rules.definition import KIND_WORDS, Kind, Question, Questionnaire
from keizoku.forms.rules.faults import refuse

KINDS: Final[Mapping[Kind, Type]] = {
    Kind.SINGLE_CHOICE: Type.CHOICE,
    Kind.MULTIPLE_CHOICE: Type.LIST,
    Kind.YES_NO: Type.FLAG,
    Kind.NUMBER: Type.NUMBER,
    Kind.MONEY: Type.NUMBER,
    Kind.DATE: Type.DATE,
    Kind.RESIDENCE_PERIOD: Type.DATE,
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
    definition = usable.get(question.attribute)
    if definition is None:
        refuse(question.id, "attribute", f"「{question.attribute}」という有効な追加の項目はありません。")
    if KINDS[question.kind] is not definition.type:
        kinds = f"{KIND_WORDS[question.kind]}の答えは、{TYPE_WORDS[definition.type]}の項目に入れられません"
        refuse(question.id, "attribute", f"{kinds}（{definition.label}）。")
    if definition.choices:
        offered = {choice.value for choice in definition.offered}
        if unknown := sorted({choice.value for choice in question.choices} - offered):
            refuse(
                question.id, "choices", f"「{definition.label}」に「{unknown[0]}」という選択肢はありません。"
            )
    if definition.least is not None and definition.most is not None:
        assert question.least is not None
        assert question.most is not None
        if question.least < definition.least or question.most > definition.most:
            bounds = f"{definition.least:,}から{definition.most:,}まで"
            refuse(question.id, "least", f"「{definition.label}」に入るのは、{bounds}の数です。")
