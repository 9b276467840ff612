"""A campaign's particulars as its pages show them: the facts that are repeated before each irrevocable act, numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Final

from keizoku.campaigns.journeys.rules import calendar as calendars
from keizoku.campaigns.journeys.rules.calendar import Calendar
from keizoku.campaigns.journeys.showing import CourseView
from keizoku.campaigns.queries import CampaignView, Funnel
from keizoku.campaigns.queries import FunnelStep as SentStep
from keizoku.campaigns.rules import EXCLUSION_WORDS, State
from keizoku.console import journey_pictures
from keizoku.console.journey_pictures import Picture, course_name
from keizoku.console.previews import closing_day, preview
from keizoku.kernel.clock import TOKYO, business_today
from keizoku.kernel.text.sentences import Composed, Meant
from keizoku.ui.components.display import Column, Message, Row, Tone
from keizoku.ui.components.work import FunnelStep, percent
from keizoku.ui.formats import day, number, people, yen
from keizoku.ui.speaking import listed, plainly

TONES: Final[Mapping[State, Tone]] = {
    State.DRAFT: "neutral",
    State.REQUESTED: "attention",
    State.LAUNCHING: "progress",
    State.FIRST_WAVE: "progress",
    State.CHECKING: "attention",
    State.RUNNING: "progress",
    State.PAUSED: "attention",
    State.STOPPED: "bad",
    State.FINISHED: "good",
}
CHANNEL_NAMES: Final = {"line": "LINE", "email": "メール", "sms": "SMS", "letter": "手紙"}
STEP_COLUMNS: Final = (
    Column("手順"),
    Column("対象", is_number=True),
    Column("受け付けられた", is_number=True),
    Column("うち届いた", is_number=True),
    Column("送れなかった", is_number=True),
    Column("届いたか不明", is_number=True),
    Column("送らなかった", is_number=True),
    Column("送信待ち", is_number=True),
    Column("連絡先なし", is_number=True),
)

UNKNOWN_COLUMNS: Final = (Column("お客さま"), Column("手段"), Column("時刻"), Column("理由", is_wide=True))


@dataclass(frozen=True, slots=True)
class StepShown:
    title: str
    message: Message


@dataclass(frozen=True, slots=True)
class CourseShown:
    """One course as a page shows it; ``whom`` is empty for everybody else."""

    ordinal: int
    name: str
    whom: str
    journey: str
    version: int
    identity: str
    questionnaire: str
    picture: Picture
    steps: list[StepShown]


def facts(view: CampaignView) -> list[tuple[str, object]]:
    """Audience, reach, cost, people: what a maker requests and an approver approves."""
    counts = view.counts
    told: list[tuple[str, object]] = [
        ("対象の条件", view.audience_words),
        (Meant("送信の対象", "送信の対象（人数）"), people(counts.included)),
        (
            "条件に合う方",
            Composed(
                "{0}（うち {1} には送りません）",
                people(counts.matching),
                people(counts.matching - counts.included),
            ),
        ),
        (
            "連絡できる方",
            listed(f"{plainly(CHANNEL_NAMES[c])} {people(n)}" for c, n in counts.reachable.items()),
        ),
        ("費用（多くても）", yen(ceil(counts.cost_yen))),
        ("回答の期限", _deadline(view)),
        ("作った人", view.row.made_by),
    ]
    if view.requested_by_name:
        told.append(("申請した人", view.requested_by_name))
    if view.approved_by_name:
        told.append(("承認した人", view.approved_by_name))
    return told


def _deadline(view: CampaignView) -> str:
    if view.row.closes_on:
        return day(view.row.closes_on)
    if_today = day(closing_day(business_today(), view.answer_days))
    return Composed("承認した日から{0}日（今日承認すると {1}）", view.answer_days, if_today)


def left_out(view: CampaignView) -> list[tuple[str, str]]:
    """Why how many of those who meet the conditions are not contacted."""
    return excluded_words(view.counts.excluded)


def excluded_words(excluded: Mapping[str, int]) -> list[tuple[str, str]]:
    largest_first = sorted(excluded.items(), key=lambda item: -item[1])
    return [(plainly(EXCLUSION_WORDS.get(reason, reason)), people(count)) for reason, count in largest_first]


def courses(view: CampaignView) -> list[CourseShown]:
    closes_on = view.row.closes_on or closing_day(business_today(), view.answer_days)
    return courses_shown(view.courses, closes_on)


def courses_shown(courses: Sequence[CourseView], closes_on: date) -> list[CourseShown]:
    return [
        CourseShown(
            ordinal=course.ordinal,
            name=course_name(course.name),
            whom=course.condition_words,
            journey=course.journey,
            version=course.version,
            identity=plainly(course.identity_words),
            questionnaire=plainly(course.questionnaire_words),
            picture=journey_pictures.of_course(course),
            steps=[
                StepShown(
                    title=Composed("手順{0}　{1}", step.ordinal, step.channel_words),
                    message=preview(
                        step.channel,
                        step.message.subject,
                        step.message.body,
                        step.message.button_label,
                        closes_on=closes_on,
                        has_form=step.message.has_form,
                    ),
                )
                for step in course.steps
            ],
        )
        for course in courses
    ]


def resting(hours: Sequence[tuple[str, Calendar]], now: datetime) -> list[str]:
    """For each course that sends nothing at this moment: why, and from when it does; a single course has no name."""
    told = []
    for name, calendar in hours:
        if reason := calendars.closed_because(calendar, now):
            whose = f"{name}: " if len(hours) > 1 else ""
            opens = calendars.next_open(calendar, now).astimezone(TOKYO)
            why = Composed("いまは{0}のため送りません。{1:%Y-%m-%d %H:%M} から送ります。", reason, opens)
            told.append(f"{whose}{plainly(why)}")
    return told


def finding(funnel: Funnel) -> str:
    """What the funnel says, as its title."""
    if not funnel.answered:
        return f"{people(funnel.audience)}のうち、まだだれも答えていません"
    share = percent(funnel.answered, funnel.audience)
    return f"{people(funnel.audience)}のうち{people(funnel.answered)}（{share}）が答えました"


def funnel_steps(funnel: Funnel) -> list[FunnelStep]:
    unanswered = f"期限までに答えのなかった方 {people(funnel.unanswered)}" if funnel.unanswered else ""
    return [
        FunnelStep("対象", funnel.audience),
        FunnelStep("答えた", funnel.answered, note=unanswered),
        FunnelStep("審査が終わった", funnel.decided),
    ]


def step_columns(*, is_over: bool) -> list[Column]:
    """What still waited when its campaign ended is not waiting any more."""
    return [
        Column("送らずに終わった", is_number=True) if is_over and column.label == "送信待ち" else column
        for column in STEP_COLUMNS
    ]


def step_name(step: SentStep) -> str:
    """A step told apart from the other courses' steps of the same channel."""
    whose = f"{course_name(step.course_name)} " if step.course_name else ""
    return f"{whose}{step.ordinal}. {plainly(step.channel_words)}"


def step_rows(funnel: Funnel) -> list[Row]:
    return [
        Row(
            (
                step_name(step),
                *(
                    number(count)
                    for count in (
                        step.planned,
                        step.accepted,
                        step.delivered,
                        step.rejected,
                        step.unknown,
                        step.skipped,
                        step.waiting,
                        step.unreachable,
                    )
                ),
            )
        )
        for step in funnel.steps
    ]
