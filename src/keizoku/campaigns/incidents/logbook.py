"""Writes an incident's log; the actions and the sweeper call it within their transactions."""

from uuid import uuid4

from keizoku.campaigns.incidents.errors import IncidentRefused
from keizoku.campaigns.incidents.models import IncidentEntry
from keizoku.customers.casework.rules import LONGEST_NOTE, text_problem
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import field

WORDS = "campaigns_incidententry.words"


def write(incident_id: int, code: str, actor: Actor, words: str = "") -> None:
    """Append one line. Raises ``IncidentRefused`` for words that may not be kept."""
    if words and (problem := text_problem(words, LONGEST_NOTE, what="記録")):
        raise IncidentRefused(problem, remedy="本文を直して、もう一度保存してください。")
    key = uuid4()
    IncidentEntry.objects.create(
        incident_id=incident_id,
        key=key,
        code=code,
        words=field.encrypt(words.strip(), where=WORDS, record=str(key)) if words else None,
        written_by=str(actor),
    )


def needed(words: str) -> str:
    """The words themselves. Raises ``IncidentRefused`` where there are none."""
    if not words.strip():
        raise IncidentRefused("本文を入力してください。", remedy="何をなぜしたかを書いてください。")
    return words
