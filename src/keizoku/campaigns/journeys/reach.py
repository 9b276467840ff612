"""How many each step of each course can reach, and what it costs at most: of an audience now, and of a frozen one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection

from keizoku.campaigns import enclosing
from keizoku.campaigns.audiences.counting import candidates, wanted
from keizoku.campaigns.audiences.fields import TABLES, readable_fields
from keizoku.campaigns.journeys.courses import Parts
from keizoku.campaigns.journeys.models import Course
from keizoku.campaigns.models import Step
from keizoku.campaigns.rules import CoursePlan, StepPlan, cost_at_most
from keizoku.delivery import queries as messages
from keizoku.delivery.queries import Words
from keizoku.delivery.rules import parts
from keizoku.kernel.conditions.reading import Json, parse
from keizoku.kernel.conditions.sql import to_sql


@dataclass(frozen=True, slots=True)
class StepReach:
    """``people``: whom the step is for and its channel can reach; ``price_yen`` of one delivery."""

    people: int
    price_yen: Decimal

    @property
    def cost_yen(self) -> Decimal:
        return self.people * self.price_yen


@dataclass(frozen=True, slots=True)
class CourseReach:
    """One course: its people, and each of its steps if nobody answered before it."""

    people: int
    steps: tuple[StepReach, ...]

    @property
    def cost_yen(self) -> Decimal:
        return cost_at_most([step.people for step in self.steps], [step.price_yen for step in self.steps])


@dataclass(frozen=True, slots=True)
class Reach:
    """A whole campaign's numbers: ``excluded`` by reason among those who meet the conditions."""

    included: int
    excluded: dict[str, int]
    courses: tuple[CourseReach, ...]

    @property
    def matching(self) -> int:
        return self.included + sum(self.excluded.values())

    @property
    def cost_yen(self) -> Decimal:
        return sum((course.cost_yen for course in self.courses), Decimal(0))

    def by_channel(self, courses: Sequence[CoursePlan]) -> dict[str, int]:
        """Channel → how many it can reach, each course's widest step counted once."""
        found: dict[str, int] = {}
        for course, reached in zip(courses, self.courses, strict=True):
            widest: dict[str, int] = {}
            for step, reach in zip(course.steps, reached.steps, strict=True):
                widest[step.channel] = max(widest.get(step.channel, 0), reach.people)
            for channel, people in widest.items():
                found[channel] = found.get(channel, 0) + people
        return found


def price_yen(channel: str, body: str, *, has_form: bool = False) -> Decimal:
    """Of one delivery of these words: an SMS costs by its parts, a letter by what it encloses (at most)."""
    price: Decimal = settings.MESSAGE_PRICE_YEN[channel] * parts(channel, body, settings.INSTITUTION)
    return price + enclosing.price_yen() if has_form else price


def of_audience(
    audience: Json, courses: Sequence[CoursePlan], today: date, words: Mapping[int, Words] | None = None
) -> Reach:
    """The exact numbers now; nothing is written. ``words``: those of the steps' messages, where they are known."""
    asked = {
        _name(ordinal, place): step.condition
        for ordinal, place, step in _steps(courses)
        if step.condition is not None
    }
    people, parameters = candidates(audience, (), today, courses, asked)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT reason, course, count(*){_counted(courses, asked)} "  # noqa: S608 - channels and places of ours
            f"FROM ({people}) AS candidate GROUP BY reason, course",
            parameters,
        )
        rows = cursor.fetchall()
    excluded: dict[str, int] = {}
    for reason, _, count, *_ in rows:
        if reason is not None:
            excluded[reason] = excluded.get(reason, 0) + count
    return _reach([row[1:] for row in rows if row[0] is None], excluded, courses, words)


def of_frozen(campaign_id: int, courses: Sequence[CoursePlan], today: date) -> Reach:
    """The numbers of what was frozen: its people and courses never change, their channels and facts are those of now."""
    fields = readable_fields()
    columns, parameters = [], []
    for ordinal, place, step in _steps(courses):
        holds = "true"
        if step.condition is not None:
            holds, values = to_sql(parse(step.condition, fields), fields, today)
            parameters += values
        columns.append(
            f"({holds}) IS TRUE AS {_name(ordinal, place)}, {wanted(step.channel)} AS can_{ordinal}_{place}"
        )
    counted = "".join(
        f", count(*) FILTER (WHERE course = {ordinal} AND can_{ordinal}_{place} AND {_name(ordinal, place)})"
        for ordinal, place, _ in _steps(courses)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT course, count(*){counted} FROM ("  # noqa: S608 - channels and places of ours
            f"SELECT a.course{''.join(f', {column}' for column in columns)} FROM {TABLES} "
            "JOIN campaigns_audience a ON a.customer_id = f.customer_id WHERE a.campaign_id = %s) AS frozen GROUP BY course",
            [*parameters, campaign_id],
        )
        rows = cursor.fetchall()
        cursor.execute(
            "SELECT reason, count(*) FROM campaigns_exclusion WHERE campaign_id = %s GROUP BY reason",
            [campaign_id],
        )
        excluded = dict(cursor.fetchall())
    return _reach(rows, excluded, courses)


def keep(campaign_id: int, courses: Sequence[CoursePlan], today: date) -> None:
    """Write down beside a draft's courses and steps how many of the frozen people each is for and can reach.

    Counting a million again takes seconds, and what was asked for is what a person approves: their addresses and consents
    of the request's moment. Whoever loses his until his turn comes is skipped then, with the reason.
    """
    reached = of_frozen(campaign_id, courses, today)
    for ordinal, course in enumerate(reached.courses, start=1):  # a few
        Course.objects.filter(campaign_id=campaign_id, ordinal=ordinal).update(people=course.people)
        for place, step in enumerate(course.steps, start=1):
            Step.objects.filter(campaign_id=campaign_id, course=ordinal, ordinal=place).update(
                people=step.people
            )


def kept(parts: Parts, excluded: dict[str, int]) -> Reach | None:
    """What was kept with the request; None of a campaign that was requested before such numbers were kept."""
    if None in {*(course.people for course in parts.courses), *(step.people for step in parts.steps)}:
        return None
    return Reach(
        included=sum(course.people or 0 for course in parts.courses),
        excluded=excluded,
        courses=tuple(
            CourseReach(
                course.people or 0,
                tuple(
                    StepReach(
                        step.people or 0,
                        price_yen(step.channel, step.message.body, has_form=step.message.has_form),
                    )
                    for step in parts.steps_of(course)
                ),
            )
            for course in parts.courses
        ),
    )


def _reach(
    rows: Sequence[tuple[Any, ...]],
    excluded: dict[str, int],
    courses: Sequence[CoursePlan],
    words: Mapping[int, Words] | None = None,
) -> Reach:
    """From rows of (course, people, one number a step of all courses)."""
    found = {course: numbers for course, *numbers in rows}
    places = _steps(courses)
    words = words if words is not None else messages.words_of({step.message_id for _, _, step in places})
    prices = {
        number: price_yen(each.channel, each.body, has_form=each.has_form) for number, each in words.items()
    }
    told = []
    for ordinal in range(1, len(courses) + 1):
        people, *reached = found.get(ordinal, [0] * (1 + len(places)))
        steps = [
            StepReach(number, prices[step.message_id])
            for number, (course, _, step) in zip(reached, places, strict=True)
            if course == ordinal
        ]
        told.append(CourseReach(people, tuple(steps)))
    return Reach(sum(course.people for course in told), excluded, tuple(told))


def _counted(courses: Sequence[CoursePlan], asked: Mapping[str, Json]) -> str:
    told = []
    for ordinal, place, step in _steps(courses):
        name = _name(ordinal, place)
        holds = f" AND {name}" if name in asked else ""
        told.append(f", count(*) FILTER (WHERE course = {ordinal} AND reach_{step.channel}{holds})")
    return "".join(told)


def _steps(courses: Sequence[CoursePlan]) -> list[tuple[int, int, StepPlan]]:
    """(course, place, step), all in order."""
    return [
        (ordinal, place, step)
        for ordinal, course in enumerate(courses, start=1)
        for place, step in enumerate(course.steps, start=1)
    ]


def _name(ordinal: int, place: int) -> str:
    return f"meets_{ordinal}_{place}"
