"""A campaign's courses and steps as rows: kept from a plan while it is a draft, read back as the plan they came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from keizoku.campaigns.journeys.models import Course, Timetable
from keizoku.campaigns.journeys.rules.calendar import Calendar
from keizoku.campaigns.journeys.rules.pace import Pace
from keizoku.campaigns.models import Campaign, Step
from keizoku.campaigns.rules import CoursePlan, StepPlan

Timed = TypeVar("Timed", bound=Timetable)


def calendar_of(row: Timetable) -> Calendar:
    return Calendar(row.opens, row.closes, row.weekends, row.holidays, row.year_end)


def pace_of(row: Timetable) -> Pace:
    return Pace(row.per_hour, row.per_day)


def timed(row: Timed, calendar: Calendar, pace: Pace) -> Timed:
    """The row with its calendar and pace filled in."""
    row.opens, row.closes = calendar.opens, calendar.closes
    row.weekends, row.holidays, row.year_end = calendar.weekends, calendar.holidays, calendar.year_end
    row.per_hour, row.per_day = pace.per_hour, pace.per_day
    return row


def keep(campaign: Campaign, courses: Sequence[CoursePlan]) -> None:
    """Replace a draft's courses and steps; the database refuses it from the request on."""
    campaign.steps.all().delete()
    campaign.courses.all().delete()
    for ordinal, course in enumerate(courses, start=1):
        row = Course(
            campaign=campaign,
            ordinal=ordinal,
            name=course.name,
            condition=course.condition,
            journey_version_id=course.journey_version_id,
            identity_method=course.identity_method,
            questionnaire=course.questionnaire,
        )
        timed(row, course.calendar, course.pace).save()
        Step.objects.bulk_create(
            Step(
                campaign=campaign,
                course=ordinal,
                ordinal=place,
                channel=step.channel,
                wait_days=step.wait_days,
                message_id=step.message_id,
                condition=step.condition,
                per_hour=step.pace.per_hour,
                per_day=step.pace.per_day,
            )
            for place, step in enumerate(course.steps, start=1)
        )


@dataclass(frozen=True, slots=True)
class Parts:
    """A campaign's courses in their order and the steps of all of them, with their messages and journeys."""

    courses: list[Course]
    steps: list[Step]

    def steps_of(self, course: Course) -> list[Step]:
        return [step for step in self.steps if step.course == course.ordinal]

    @property
    def plans(self) -> list[CoursePlan]:
        return [
            CoursePlan(
                name=row.name,
                steps=tuple(plan_of(step) for step in self.steps_of(row)),
                condition=row.condition,
                calendar=calendar_of(row),
                pace=pace_of(row),
                journey_version_id=row.journey_version_id,
                identity_method=row.identity_method,
                questionnaire=row.questionnaire,
            )
            for row in self.courses
        ]


def parts_of(campaign_id: int) -> Parts:
    """By two statements, however many courses and steps there are."""
    courses = Course.objects.filter(campaign_id=campaign_id).select_related("journey_version__journey")
    steps = Step.objects.filter(campaign_id=campaign_id).select_related("message")
    return Parts(list(courses.order_by("ordinal")), list(steps.order_by("course", "ordinal")))


def of_campaign(campaign: Campaign) -> list[CoursePlan]:
    """The courses in their order, each with its steps."""
    return parts_of(campaign.id).plans


def plan_of(step: Step) -> StepPlan:
    return StepPlan(
        step.channel, step.wait_days, step.message_id, step.condition, Pace(step.per_hour, step.per_day)
    )
