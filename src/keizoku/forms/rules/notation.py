"""How answers are written down: one JSON text, the same for the same answers, so that digests compare."""

import json

from keizoku.forms.rules.definition import Answers, Given, Questionnaire


def write_answers(answers: Answers) -> str:
    """Canonical JSON: sorted keys, no spaces, Japanese as it is."""
    table = {
        question: {"unchanged": given.is_unchanged, "values": dict(given.values)}
        for question, given in answers.items()
    }
    return json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_answers(text: str, questionnaire: Questionnaire) -> dict[str, Given]:
    """The answers that ``write_answers`` wrote, in the questionnaire's order."""
    table = json.loads(text)
    return {
        question.id: Given(table[question.id]["unchanged"], dict(table[question.id]["values"]))
        for question in questionnaire.questions
        if question.id in table
    }
