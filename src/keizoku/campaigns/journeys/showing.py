"""A campaign's courses as people read them: whom, when, by what words, how many, at what cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from keizoku.campaigns import asked
from keizoku.campaigns.audiences.fields import readable_fields
from keizoku.campaigns.journeys.courses import Parts
from keizoku.campaigns.journeys.models import JourneyVersion
from keizoku.campaigns.journeys.reach import Reach
from keizoku.campaigns.journeys.rules.calendar import Calendar
from keizoku.campaigns.journeys.rules.pace import Pace
from keizoku.campaigns.rules import IDENTITY_METHODS, CoursePlan
from keizoku.delivery import queries as messages
from keizoku.delivery.queries import Words
from keizoku.delivery.rules import CHANNEL_WORDS
from keizoku.kernel.conditions import Fields, describe
from keizoku.kernel.conditions.reading import Json, parse


@dataclass(frozen=True, slots=True)
class StepView:
    """One step; ``people`` whom it is for and can reach, if nobody answered before."""

    course: int
    ordinal: int
    channel: str
    channel_words: str
    wait_days: int
    condition_words: str
    pace: Pace
    message: Words
    people: int
    price_yen: Decimal
    cost_yen: Decimal


@dataclass(frozen=True, slots=True)
class CourseView:
    """One course. ``journey`` and ``version`` name what was copied; empty and 0 where it was given step by step."""

    ordinal: int
    name: str
    condition_words: str
    calendar: Calendar
    pace: Pace
    identity_words: str
    questionnaire_words: str
    journey_id: int | None
    journey: str
    version: int
    people: int
    cost_yen: Decimal
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """What plans name by number: the words of messages, and the versions of journeys."""

    words: Mapping[int, Words]
    versions: Mapping[int, JourneyVersion]


def named_in(plans: Sequence[CoursePlan]) -> Named:
    """By two statements, for plans that nobody has kept."""
    versions = [plan.journey_version_id for plan in plans if plan.journey_version_id]
    return Named(
        messages.words_of({step.message_id for plan in plans for step in plan.steps}),
        JourneyVersion.objects.select_related("journey").in_bulk(versions),
    )


def named_by(parts: Parts) -> Named:
    """Of a campaign's own parts, which have been read with them."""
    return Named(
        {step.message_id: messages.words_in(step.message) for step in parts.steps},
        {
            course.journey_version.id: course.journey_version
            for course in parts.courses
            if course.journey_version
        },
    )


def of_plans(plans: list[CoursePlan], reached: Reach, named: Named | None = None) -> list[CourseView]:
    """The courses with these numbers."""
    fields = readable_fields()
    named = named or named_in(plans)
    titles = asked.words(plans)
    told = []
    for ordinal, (plan, numbers) in enumerate(zip(plans, reached.courses, strict=True), start=1):
        version = named.versions.get(plan.journey_version_id or 0)
        told.append(
            CourseView(
                ordinal=ordinal,
                name=plan.name,
                condition_words=_words(plan.condition, fields),
                calendar=plan.calendar,
                pace=plan.pace,
                questionnaire_words=titles[plan.questionnaire],
                identity_words=IDENTITY_METHODS.get(plan.identity_method, plan.identity_method),
                journey_id=version.journey_id if version else None,
                journey=version.journey.name if version else "",
                version=version.number if version else 0,
                people=numbers.people,
                cost_yen=numbers.cost_yen,
                steps=tuple(
                    StepView(
                        course=ordinal,
                        ordinal=place,
                        channel=step.channel,
                        channel_words=CHANNEL_WORDS[step.channel],
                        wait_days=step.wait_days,
                        condition_words=_words(step.condition, fields),
                        pace=step.pace,
                        message=named.words[step.message_id],
                        people=number.people,
                        price_yen=number.price_yen,
                        cost_yen=number.cost_yen,
                    )
                    for place, (step, number) in enumerate(
                        zip(plan.steps, numbers.steps, strict=True), start=1
                    )
                ),
            )
        )
    return told


def _words(condition: Json | None, fields: Fields) -> str:
    """Empty for everybody."""
    return "" if condition is None else describe(parse(condition, fields), fields)
