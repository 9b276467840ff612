"""The one evaluator of answers: whoever takes an answer, from whatever page or phone, asks here."""

from keizoku.forms.rules import evaluation, lists
from keizoku.forms.rules.definition import Question
from keizoku.forms.rules.evaluation import Judged, Posted


def judge(question: Question, posted: Posted, *, has_known: bool) -> Judged:
    """Judge what was posted for one question; ``has_known`` says that the record holds a value to confirm."""
    if question.is_list:
        return lists.judge_list(question, posted)
    return evaluation.judge_one(question, posted, has_known=has_known)
