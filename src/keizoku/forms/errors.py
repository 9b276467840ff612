"""Refusals of questionnaires, beside a text that is none (``rules.faults``)."""

from keizoku.kernel.errors import Refusal


class QuestionnaireRefused(Refusal):
    """Something that cannot be done with a questionnaire now; nothing was changed."""

    code = "forms.questionnaire_refused"


class OwnQuestionnaire(QuestionnaireRefused):
    """Whoever wrote a part of a version does not approve it."""

    code = "forms.own_questionnaire"

    def __init__(self) -> None:
        super().__init__(
            "ご自身が書いたり申請したりした版は承認できません。", remedy="別の承認者に依頼してください。"
        )
