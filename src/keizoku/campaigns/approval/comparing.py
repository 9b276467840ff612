"""One request beside the last comparable campaign: size, cost, conditions, journeys and words, for the approver."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from difflib import SequenceMatcher

from keizoku.campaigns import queries as campaigns
from keizoku.campaigns.approval.examining import last_comparable
from keizoku.campaigns.journeys.rules import calendar, pace
from keizoku.campaigns.journeys.showing import CourseView, StepView
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.queries import CampaignView
from keizoku.kernel.text.sentences import Composed, Given


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a message: ``kind`` is "same", "gone" or "new"."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class WordsChanged:
    """One step's words against those of the same channel the last time; empty ``lines``: word for word the same."""

    place: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Each pair is (last time, this time)."""

    last_id: int
    last_name: str
    launched_at: datetime | None
    counts: tuple[int, int]
    costs: tuple[Decimal, Decimal]
    conditions: tuple[str, str]
    journeys: tuple[tuple[str, ...], tuple[str, ...]]
    words: tuple[WordsChanged, ...]


def compare(campaign_id: int) -> Compared | None:
    """None where nothing went out before."""
    last = last_comparable(Campaign.objects.select_related("audience_version").get(id=campaign_id))
    if last is None:
        return None
    before, now = campaigns.view(last.id), campaigns.view(campaign_id)
    return Compared(
        last_id=last.id,
        last_name=last.name,
        launched_at=last.launched_at,
        counts=(last.audience_count or 0, now.row.count or 0),
        costs=(before.counts.cost_yen, now.counts.cost_yen),
        conditions=(before.audience_words, now.audience_words),
        journeys=(journey_lines(before), journey_lines(now)),
        words=words_changed(before, now),
    )


def journey_lines(view: CampaignView) -> tuple[str, ...]:
    """A campaign's courses and steps, a line each."""
    return tuple(
        line for course in view.courses for line in _course_lines(course, several=len(view.courses) > 1)
    )


def words_changed(before: CampaignView, now: CampaignView) -> tuple[WordsChanged, ...]:
    """Step by step in today's order, beside the first step of the same channel in the last campaign."""
    earlier: dict[str, StepView] = {}
    for step in _steps(before):
        earlier.setdefault(step.channel, step)
    return tuple(
        WordsChanged(
            Composed("手順{0} {1}", step.ordinal, step.channel_words),
            between(_text(earlier[step.channel]) if step.channel in earlier else "", _text(step)),
        )
        for step in _steps(now)
    )


def between(old: str, new: str) -> tuple[Line, ...]:
    """The lines of both, with what went and what came; none where they are the same."""
    if old == new:
        return ()
    before, after = old.splitlines(), new.splitlines()
    lines: list[Line] = []
    for kind, first, last, start, end in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if kind == "equal":
            lines += [Line("same", text) for text in before[first:last]]
            continue
        lines += [Line("gone", text) for text in before[first:last]]
        lines += [Line("new", text) for text in after[start:end]]
    return tuple(line for line in lines if line.text.strip())


def _steps(view: CampaignView) -> list[StepView]:
    return [step for course in view.courses for step in course.steps]


def _text(step: StepView) -> str:
    message = step.message
    enclosed = "質問票（紙）を同封" if message.has_form else ""
    return "\n".join(part for part in (message.subject, message.body, message.button_label, enclosed) if part)


def _course_lines(course: CourseView, *, several: bool) -> list[str]:
    whom = course.condition_words or "ほかのすべての方"
    head = [Composed("{0}（{1}）", Given(course.name), whom)] if several else []
    hours, limits = calendar.in_words(course.calendar), pace.in_words(course.pace)
    return [
        *head,
        Composed("質問票 {0}", course.questionnaire_words),
        Composed("送る時間帯 {0}、上限 {1}", hours, limits) if limits else Composed("送る時間帯 {0}", hours),
        *(
            Composed("手順{0} {1}：{2}", step.ordinal, step.channel_words, _when(step))
            for step in course.steps
        ),
    ]


def _when(step: StepView) -> str:
    return "はじめに" if step.ordinal == 1 else Composed("前の手順から{0}日あと", step.wait_days)
