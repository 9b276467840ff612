"""A journey as people write it: words, waits, conditions, hours and paces; what keeps it from being kept, and its digest."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from keizoku.campaigns.journeys.rules import calendar as calendars
from keizoku.campaigns.journeys.rules import pace as paces
from keizoku.campaigns.journeys.rules.calendar import BANK_DAYS, Calendar
from keizoku.campaigns.journeys.rules.pace import UNLIMITED, Pace
from keizoku.delivery.rules import CHANNEL_WORDS, message_problems
from keizoku.kernel.conditions.reading import Json

LONGEST_NAME: Final = 60
LONGEST_NOTE: Final = 200
LONGEST_WAIT: Final = 365


@dataclass(frozen=True, slots=True)
class StepDraft:
    """One step with its words; ``wait_days`` after the step before, 0 for the first.

    ``has_form``: the letter encloses the questionnaire on paper.
    """

    channel: str
    wait_days: int
    subject: str
    body: str
    button_label: str
    condition: Json | None = None
    pace: Pace = UNLIMITED
    has_form: bool = False


@dataclass(frozen=True, slots=True)
class JourneyDraft:
    """Everything that makes a journey."""

    name: str
    steps: Sequence[StepDraft]
    calendar: Calendar = BANK_DAYS
    pace: Pace = UNLIMITED
    note: str = ""


def problems(draft: JourneyDraft) -> list[str]:
    """What keeps it from being saved, in Japanese; the steps' number and waits are the campaign's rules."""
    found = []
    if not draft.name.strip():
        found.append("連絡手順の名前を入力してください。")
    elif len(draft.name.strip()) > LONGEST_NAME:
        found.append(f"連絡手順の名前は{LONGEST_NAME}文字までで入力してください。")
    if len(draft.note) > LONGEST_NOTE:
        found.append(f"変更のメモは{LONGEST_NOTE}文字までで入力してください。")
    found += calendars.problems(draft.calendar) + paces.problems(draft.pace)
    for place, step in enumerate(draft.steps, start=1):
        if step.wait_days > LONGEST_WAIT:
            found.append(f"手順{place}: 待ち日数は{LONGEST_WAIT}日までにしてください。")
        wrong = step_problems(step)
        found += [
            f"手順{place}（{CHANNEL_WORDS.get(step.channel, step.channel)}）: {words}" for words in wrong
        ]
    return found


def step_problems(step: StepDraft) -> list[str]:
    """What is wrong with one step's channel and words, in Japanese."""
    if step.channel not in CHANNEL_WORDS:
        return ["この手段は使えません。"]
    return message_problems(step.channel, step.subject, step.body, step.button_label, has_form=step.has_form)


def digest(draft: JourneyDraft) -> str:
    """SHA-256 over all that decides what is sent to whom and when; the name and the note do not."""
    content = {
        "steps": [_decisive(step) for step in draft.steps],
        "calendar": asdict(draft.calendar),
        "pace": asdict(draft.pace),
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _decisive(step: StepDraft) -> dict[str, object]:
    """A step that encloses nothing has the digest that it had before letters could enclose anything."""
    content = asdict(step)
    if not step.has_form:
        del content["has_form"]
    return content
