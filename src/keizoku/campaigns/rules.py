"""Pure rules of campaigns: states, the digest of what is approved, cost, words for reasons."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum

from keizoku.campaigns.journeys.rules import calendar as calendars
from keizoku.campaigns.journeys.rules import pace as paces
from keizoku.campaigns.journeys.rules.calendar import ALWAYS, BANK_DAYS, Calendar
from keizoku.campaigns.journeys.rules.pace import UNLIMITED, Pace
from keizoku.kernel.conditions.reading import Json


class State(StrEnum):
    DRAFT = "draft"
    REQUESTED = "requested"
    LAUNCHING = "launching"
    FIRST_WAVE = "first_wave"
    CHECKING = "checking"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"


TRANSITIONS: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.REQUESTED}),
    State.REQUESTED: frozenset({State.DRAFT, State.LAUNCHING}),
    State.LAUNCHING: frozenset({State.FIRST_WAVE, State.RUNNING, State.STOPPED}),
    State.FIRST_WAVE: frozenset({State.CHECKING, State.PAUSED, State.STOPPED, State.FINISHED}),
    State.CHECKING: frozenset({State.RUNNING, State.STOPPED, State.FINISHED}),
    State.RUNNING: frozenset({State.PAUSED, State.STOPPED, State.FINISHED}),
    State.PAUSED: frozenset({State.FIRST_WAVE, State.RUNNING, State.STOPPED, State.FINISHED}),
    State.STOPPED: frozenset(),
    State.FINISHED: frozenset(),
}
STATE_WORDS = {
    State.DRAFT: "下書き",
    State.REQUESTED: "承認待ち",
    State.LAUNCHING: "開始の準備中",
    State.FIRST_WAVE: "先行送信中",
    State.CHECKING: "先行送信の確認待ち",
    State.RUNNING: "実施中",
    State.PAUSED: "一時停止中",
    State.STOPPED: "中止",
    State.FINISHED: "終了",
}
# How long a campaign may stay in a state, in days. A draft waits for its maker and reaches nobody. ``sweeping`` ends the
# others (wall time): a request goes back to its maker; a launch that does not get through, and a first wave that nobody
# confirms, stop; a first wave that cannot end (a week covers the closed days of the new year) is shown for confirmation.
# What runs ends with its last day to answer.
MAX_DAYS = {
    State.REQUESTED: 14,
    State.LAUNCHING: 1,
    State.FIRST_WAVE: 7,
    State.CHECKING: 14,
    State.RUNNING: 400,
    State.PAUSED: 400,
}
# States in which messages may go out; the gate is closed in all others.
SENDING = frozenset({State.FIRST_WAVE, State.RUNNING})
# Approved and not over.
UNDER_WAY = frozenset({State.LAUNCHING, State.FIRST_WAVE, State.CHECKING, State.RUNNING, State.PAUSED})

# Why somebody who meets the conditions is not in the frozen audience; the first that applies is stored.
EXCLUSION_WORDS = {
    "opted_out": "連絡停止のお申し出がある",
    "closed": "解約されている",
    "needs_person": "担当者が対応中",
    "answered": "すでに回答済み",
    "withdrawn": "確認が取り下げられた",
    "merged": "ほかのお客さまに統合されている",
    "paper": "返送された質問票を入力している",
    "open_review": "ほかのキャンペーンで確認中",
    "no_questionnaire": "この区分のお客さまにおたずねする質問票がない",
    "consent_withdrawn": "使う手段での連絡への同意が撤回されている",
    "no_channel": "どの手段の連絡先も登録がない",
}
CHANNEL_FACT = {"line": "has_mobile", "email": "has_email", "sms": "has_mobile", "letter": "has_address"}
CHANNEL_SKIP = {"line": "no_mobile", "email": "no_email", "sms": "no_mobile", "letter": "no_address"}


# Who is not in any course with a condition; and how a customer shows who he is (today there is one way).
EVERYBODY = "すべてのお客さま"
IDENTITY_METHODS = {"knowledge": "生年月日と口座番号の下4桁"}
MOST_COURSES = 9
MOST_STEPS = 9
# Our choices: a name fits its column, and what is asked now is of no use after a year (nor does a campaign last longer than
# ``MAX_DAYS`` says).
LONGEST_NAME = 80
LONGEST_ANSWER_DAYS = 366


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One step: ``wait_days`` after the step before, 0 for the first. Who does not meet ``condition`` goes on at once."""

    channel: str
    wait_days: int
    message_id: int
    condition: Json | None = None
    pace: Pace = UNLIMITED


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """A class of customers and its journey; without ``condition`` it takes everybody whom no course before took.

    ``questionnaire``: what they are asked, by its name; empty: what each kind of customer is asked.
    """

    name: str
    steps: Sequence[StepPlan]
    condition: Json | None = None
    calendar: Calendar = BANK_DAYS
    pace: Pace = UNLIMITED
    journey_version_id: int | None = None
    identity_method: str = "knowledge"
    questionnaire: str = ""


def courses_of(steps: Sequence[StepPlan] | Sequence[CoursePlan]) -> list[CoursePlan]:
    """The courses as given; bare steps are one course for everybody, at any hour."""
    courses = [step for step in steps if isinstance(step, CoursePlan)]
    if courses or not steps:
        return courses
    return [CoursePlan(EVERYBODY, [step for step in steps if isinstance(step, StepPlan)], calendar=ALWAYS)]


def step_problems(steps: Sequence[StepPlan]) -> list[str]:
    """What keeps steps from being a journey, in Japanese."""
    problems = []
    if not steps:
        problems.append("連絡の手順を1つ以上入れてください。")
    if len(steps) > MOST_STEPS:
        problems.append(f"連絡の手順は{MOST_STEPS}つまでにしてください。")
    if steps and steps[0].wait_days != 0:
        problems.append("最初の手順の待ち日数は0にしてください。")
    if any(step.wait_days < 1 for step in steps[1:]):
        problems.append("2つ目からの手順は、待ち日数を1日以上にしてください。")
    return problems + [problem for step in steps for problem in paces.problems(step.pace)]


def plan_problems(name: str, courses: Sequence[CoursePlan], answer_days: int) -> list[str]:
    """What keeps a draft from being kept, in Japanese."""
    problems = []
    if not name.strip():
        problems.append("キャンペーン名を入力してください。")
    if len(name) > LONGEST_NAME:
        problems.append(f"キャンペーン名は{LONGEST_NAME}文字までにしてください。")
    if not 1 <= answer_days <= LONGEST_ANSWER_DAYS:
        problems.append(f"回答の期限は、1から{LONGEST_ANSWER_DAYS}までの日数にしてください。")
    if not courses:
        problems += step_problems(())
    if len(courses) > MOST_COURSES:
        problems.append(f"コースは{MOST_COURSES}つまでにしてください。")
    if any(course.condition is None for course in courses[:-1]):
        problems.append("最後のコースのほかには、どのお客さまかの条件を入れてください。")
    if courses and courses[-1].condition is not None:
        problems.append("最後のコースは、条件なし（ほかのすべてのお客さま）にしてください。")
    problems += [problem for course in courses for problem in _course_problems(course, answer_days)]
    return list(dict.fromkeys(problems))


def _course_problems(course: CoursePlan, answer_days: int) -> list[str]:
    problems = step_problems(course.steps) + calendars.problems(course.calendar) + paces.problems(course.pace)
    if course.identity_method not in IDENTITY_METHODS:
        problems.append("本人確認の方法を選んでください。")
    if sum(step.wait_days for step in course.steps) >= answer_days:
        problems.append("回答期限は、最後の連絡より後にしてください。")
    return problems


def approval_digest(
    *,
    name: str,
    audience: Json,
    audience_digest: str,
    count: int,
    courses: Sequence[CoursePlan],
    message_digests: Sequence[str],
    answer_days: int,
    questionnaire_digests: Sequence[str] = (),
) -> str:
    """What the approver approves, as one SHA-256.

    Any change of audience, courses, journeys, conditions, calendars, paces, words or chosen questionnaires gives another.
    """
    content = {
        "name": name,
        "audience": audience,
        "audience_digest": audience_digest,
        "count": count,
        "courses": [_told(course) for course in courses],
        "messages": list(message_digests),
        "answer_days": answer_days,
    }
    if questionnaire_digests:
        content["questionnaires"] = list(questionnaire_digests)
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _told(course: CoursePlan) -> dict[str, object]:
    """What was not chosen is left out: requests of before there was a choice keep their digest."""
    return {name: value for name, value in asdict(course).items() if name != "questionnaire" or value}


def cost_at_most(reachable: Sequence[int], prices: Sequence[Decimal]) -> Decimal:
    """Yen if nobody answered before the last step: each step's reachable people times its price."""
    return sum((count * price for count, price in zip(reachable, prices, strict=True)), Decimal(0))
