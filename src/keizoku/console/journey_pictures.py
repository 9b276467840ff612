"""A journey drawn step by step: whom each step is for, when it follows, how many it reaches, what it costs.

The drawing is an ordered list, so that a screen reader tells it in the same words; the styles draw boxes and arrows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from keizoku.campaigns.audiences.fields import readable_fields
from keizoku.campaigns.journeys.queries import VersionView
from keizoku.campaigns.journeys.reach import CourseReach, price_yen
from keizoku.campaigns.journeys.rules import calendar, pace
from keizoku.campaigns.journeys.showing import CourseView
from keizoku.campaigns.rules import EVERYBODY
from keizoku.delivery.rules import CHANNEL_WORDS
from keizoku.kernel.conditions import describe, parse
from keizoku.kernel.text.sentences import Composed, Given
from keizoku.ui.formats import people, yen
from keizoku.ui.speaking import plainly

MARKS: Final = {"line": "LINE", "email": "✉", "sms": "SMS", "letter": "〒"}
AT_ONCE: Final = "始まったら、すぐに"


@dataclass(frozen=True, slots=True)
class PictureStep:
    """One box and the arrow that leads to it; ``share`` of the widest step's people, in percent, for its bar."""

    ordinal: int
    mark: str
    name: str
    arrow: str
    whom: str
    limit: str
    reach: str
    share: int
    cost: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One journey; ``reach`` and ``cost`` are empty where no audience is chosen."""

    label: str
    hours: str
    limit: str
    reach: str
    cost: str
    steps: Sequence[PictureStep]


def of_course(course: CourseView) -> Picture:
    """A campaign's course with its people."""
    most = max((step.people for step in course.steps), default=0)
    return Picture(
        label=Composed("連絡の流れ（{0}）", Given(course_name(course.name))),
        hours=calendar.in_words(course.calendar),
        limit=pace.in_words(course.pace),
        reach=people(course.people),
        cost=yen(ceil(course.cost_yen)),
        steps=[
            PictureStep(
                ordinal=step.ordinal,
                mark=MARKS.get(step.channel, ""),
                name=plainly(step.channel_words),
                arrow=_arrow(step.ordinal, step.wait_days),
                whom=step.condition_words,
                limit=pace.in_words(step.pace),
                reach=people(step.people),
                share=_share(step.people, most),
                cost=Composed("1通 {0}、多くても {1}", yen(step.price_yen), yen(ceil(step.cost_yen))),
            )
            for step in course.steps
        ],
    )


def of_version(version: VersionView, reached: CourseReach | None = None) -> Picture:
    """A journey's version; with the numbers of an audience where one is chosen."""
    draft, fields = version.draft, readable_fields()
    numbers = [step.people for step in reached.steps] if reached else []
    return Picture(
        label=Composed("{0}の流れ", Given(version.name)),
        hours=calendar.in_words(draft.calendar),
        limit=pace.in_words(draft.pace),
        reach=people(reached.people) if reached else "",
        cost=yen(ceil(reached.cost_yen)) if reached else "",
        steps=[
            PictureStep(
                ordinal=place + 1,
                mark=MARKS.get(step.channel, ""),
                name=plainly(CHANNEL_WORDS[step.channel]),
                arrow=_arrow(place + 1, step.wait_days),
                whom="" if step.condition is None else describe(parse(step.condition, fields), fields),
                limit=pace.in_words(step.pace),
                reach=people(numbers[place]) if reached else "",
                share=_share(numbers[place], max(numbers)) if reached else 0,
                cost=_cost(
                    yen(price_yen(step.channel, step.body, has_form=step.has_form)),
                    yen(ceil(reached.steps[place].cost_yen)) if reached else "",
                ),
            )
            for place, step in enumerate(draft.steps)
        ],
    )


def course_name(name: str) -> str:
    """As somebody entered it; the name that a single course has by itself is ours."""
    return plainly(name) if name == EVERYBODY else name


def _arrow(ordinal: int, wait_days: int) -> str:
    return AT_ONCE if ordinal == 1 else Composed("{0}日後、答えのない方へ", wait_days)


def _cost(one: str, at_most: str) -> str:
    return Composed("1通 {0}、多くても {1}", one, at_most) if at_most else Composed("1通 {0}", one)


def _share(count: int, most: int) -> int:
    return round(100 * count / most) if most else 0
