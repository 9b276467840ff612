"""What a version of a journey changed against another, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from keizoku.campaigns.journeys.rules import calendar, pace
from keizoku.campaigns.journeys.rules.drafts import JourneyDraft, StepDraft
from keizoku.delivery.rules import CHANNEL_WORDS
from keizoku.kernel.conditions import Fields, describe
from keizoku.kernel.conditions.reading import Json, parse
from keizoku.kernel.text.sentences import Composed, Given

EVERYBODY = "全員"
UNLIMITED = "上限なし"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: where, and what stood and stands there; empty where there was or is nothing."""

    place: str
    old: str
    new: str


def differences(old: JourneyDraft, new: JourneyDraft, fields: Fields) -> list[Change]:
    """Every difference, the journey's own first, then step by step in the newer order; none where both do the same."""
    found = [
        Change(place, before, after)
        for place, before, after in (
            ("送る時間帯", calendar.in_words(old.calendar), calendar.in_words(new.calendar)),
            ("全体の上限", _pace(old.pace), _pace(new.pace)),
        )
        if before != after
    ]
    matcher = SequenceMatcher(
        a=[step.channel for step in old.steps], b=[step.channel for step in new.steps], autojunk=False
    )
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            for offset in range(last - first):
                found += _between(old.steps, new.steps, first + offset, start + offset, fields)
            continue
        found += [Change(_name(old.steps, place), "あり", "") for place in range(first, last)]
        found += [Change(_name(new.steps, place), "", "あり") for place in range(start, end)]
    return found


def condition_words(condition: Json | None, fields: Fields) -> str:
    return EVERYBODY if condition is None else describe(parse(condition, fields), fields)


def _pace(limits: pace.Pace) -> str:
    return pace.in_words(limits) or UNLIMITED


def _form(step: StepDraft) -> str:
    return "同封する" if step.has_form else "同封しない"


def _name(steps: Sequence[StepDraft], place: int) -> str:
    return Composed("手順{0} {1}", place + 1, CHANNEL_WORDS[steps[place].channel])


def _between(
    old: Sequence[StepDraft], new: Sequence[StepDraft], before: int, after: int, fields: Fields
) -> list[Change]:
    one, other = old[before], new[after]
    pairs = (
        ("順番", str(before + 1), str(after + 1)),
        ("待ち日数", Composed("{0}日", one.wait_days), Composed("{0}日", other.wait_days)),
        ("送る相手", condition_words(one.condition, fields), condition_words(other.condition, fields)),
        ("上限", _pace(one.pace), _pace(other.pace)),
        ("件名", Given(one.subject), Given(other.subject)),
        ("本文", Given(one.body), Given(other.body)),
        ("ボタン", Given(one.button_label), Given(other.button_label)),
        ("質問票（紙）", _form(one), _form(other)),
    )
    return [
        Change(Composed("{0}の{1}", _name(new, after), what), was, is_now)
        for what, was, is_now in pairs
        if was != is_now
    ]
