"""A text that is no questionnaire: where, and what the place should hold."""

from typing import NoReturn

from keizoku.kernel.errors import Refusal


class QuestionnaireInvalid(Refusal):
    """``question`` is the question's id, empty for the whole; ``key`` what of it, by the names of the text."""

    code = "forms.questionnaire_invalid"

    def __init__(self, question: str, key: str, problem: str) -> None:
        place = "・".join(part for part in (question and f"質問 {question}", key) if part)
        super().__init__(
            f"{place or '質問票'}：{problem}", remedy="その箇所を直して、もう一度確かめてください。"
        )
        self.question = question
        self.key = key
        self.problem = problem


def refuse(question: str, key: str, problem: str) -> NoReturn:
    raise QuestionnaireInvalid(question, key, problem)
