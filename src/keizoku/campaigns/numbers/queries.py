"""A campaign's numbers, read from counters alone: the same before and after its detail has been destroyed."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar

from django.conf import settings
from django.db.models import Sum

from keizoku.campaigns import enclosing
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.numbers.models import AnswerCount, HeadCount
from keizoku.campaigns.numbers.rules import Forecast, Interval, NoForecast, Sends, forecast, wilson
from keizoku.campaigns.rules import EXCLUSION_WORDS
from keizoku.delivery.numbers import tallies
from keizoku.delivery.rules import CHANNEL_WORDS, RECEIPT_WAIT, WAY_WORDS, parts
from keizoku.kernel.clock import TOKYO, business_today
from keizoku.kernel.text.sentences import Composed, Given

Key = TypeVar("Key", bound=Hashable)
BEFORE_ANY: Final = "送る前の回答"


@dataclass(frozen=True, slots=True)
class Cell:
    """The smallest piece: one step of one course by one way on one business day; ``step`` 0: before any message."""

    course: int
    step: int
    channel: str
    way: str
    day: date | None
    sends: Sends

    @property
    def channel_words(self) -> str:
        if not self.channel:
            return BEFORE_ANY
        way = WAY_WORDS.get(self.way)
        return CHANNEL_WORDS[self.channel] if way is None else Composed("LINE {0}", way)


@dataclass(frozen=True, slots=True)
class Head:
    """So many people that were counted for the same thing (``HeadCount``)."""

    kind: str
    course: int
    step: int
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The names of the courses in their order, and the channel of each (course, step)."""

    names: dict[int, str]
    channels: dict[tuple[int, int], str]


@dataclass(frozen=True, slots=True)
class CourseNumbers:
    """One class of customers: how many were frozen (None: not counted yet) and what their messages came to."""

    ordinal: int
    name: str
    people: int | None
    sends: Sends

    @property
    def interval(self) -> Interval | None:
        return wilson(self.sends.answers, self.people or 0)


@dataclass(frozen=True, slots=True)
class Group:
    """Messages that have something in common, under its words."""

    label: str
    sends: Sends


@dataclass(frozen=True, slots=True)
class StepNumbers:
    course: int
    course_name: str
    ordinal: int
    channel_words: str
    sends: Sends

    @property
    def label(self) -> str:
        step = Composed("{0}. {1}", self.ordinal, self.channel_words) if self.ordinal else BEFORE_ANY
        return Composed("{0} {1}", Given(self.course_name), step) if self.course_name else step


@dataclass(frozen=True, slots=True)
class DayNumbers:
    day: date
    sends: Sends
    answers_so_far: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """``forecast`` is None for a campaign that was never launched."""

    campaign_id: int
    name: str
    launched_on: date | None
    closes_on: date | None
    audience: int
    excluded: dict[str, int]
    total: Sends
    courses: list[CourseNumbers]
    steps: list[StepNumbers]
    channels: list[Group]
    days: list[DayNumbers]
    forecast: Forecast | NoForecast | None

    @property
    def interval(self) -> Interval | None:
        """Of the share of all frozen people who answered."""
        return wilson(self.total.answers, self.audience)


def numbers(campaign_id: int) -> Numbers:
    """Everything that the page, the file and the command show. Raises ``Campaign.DoesNotExist``.

    Answers and skips are at most a minute old (``counting``).
    """
    campaign = Campaign.objects.get(id=campaign_id)
    plan = _plan(campaign)
    heads = _heads(campaign_id)
    cells = [*_sent(campaign_id), *_answered(campaign_id), *_passed_over(heads, plan)]
    frozen = {head.course: head.count for head in heads if head.kind == "audience"}
    left_out = sorted(
        ((head.reason, head.count) for head in heads if head.kind == "excluded"), key=lambda head: -head[1]
    )
    total = _sum(cells)
    days = _by_day(cells)
    launched_on = campaign.launched_at.astimezone(TOKYO).date() if campaign.launched_at else None
    return Numbers(
        campaign_id=campaign_id,
        name=campaign.name,
        launched_on=launched_on,
        closes_on=campaign.closes_on,
        audience=campaign.audience_count or 0,
        excluded={EXCLUSION_WORDS[reason]: count for reason, count in left_out},
        total=total,
        courses=_by_course(plan, cells, frozen),
        steps=_by_step(plan, cells),
        channels=[Group(label, _sum(of)) for label, of in _groups(cells, lambda cell: cell.channel_words)],
        days=days,
        forecast=forecast(
            {each.day: each.sends.answers for each in days},
            launched_on=launched_on,
            today=business_today(),
            closes_on=campaign.closes_on,
            audience=campaign.audience_count or 0,
        )
        if launched_on and campaign.closes_on
        else None,
    )


def _sent(campaign_id: int) -> Iterable[Cell]:
    """What delivery counted, with its price by channel, way and words."""
    prices: dict[tuple[str, str, str, bool], Decimal] = {}
    for each in tallies(campaign_id):
        kind = each.channel, each.way, each.body, each.has_form
        if kind not in prices:
            prices[kind] = _price(*kind)
        tells = each.channel in RECEIPT_WAIT and not each.way
        sends = Sends(
            accepted=each.count if each.result == "accepted" else 0,
            delivered=(each.count if each.result == "delivered" else 0) if tells else None,
            rejected=each.count if each.result == "rejected" else 0,
            unknown=each.count if each.result == "unknown" else 0,
            passed_over=each.count if each.result == "skipped" else 0,
            cost_yen=prices[kind] * each.count if each.result in {"accepted", "unknown"} else Decimal(0),
        )
        yield Cell(each.course, each.step, each.channel, each.way, each.day, sends)


def _price(channel: str, way: str, body: str, has_form: bool) -> Decimal:  # noqa: FBT001 - a price's key
    """Of one message: that of its way where it has one, times the parts of its words; and what it encloses."""
    prices = settings.MESSAGE_PRICE_YEN
    price: Decimal = prices.get(f"{channel}_{way}", prices[channel])
    return price * parts(channel, body, settings.INSTITUTION) + (enclosing.price_yen() if has_form else 0)


def _answered(campaign_id: int) -> Iterable[Cell]:
    rows = AnswerCount.objects.filter(campaign_id=campaign_id).values_list(
        "course", "step", "channel", "way", "day"
    )
    for course, step, channel, way, day, count in rows.annotate(total=Sum("count")).order_by("day"):
        yield Cell(course, step, channel, way, day, Sends(answers=count))


def _heads(campaign_id: int) -> list[Head]:
    rows = HeadCount.objects.filter(campaign_id=campaign_id).values_list("kind", "course", "step", "reason")
    return [
        Head(kind, course, step, reason, total)
        for kind, course, step, reason, total in rows.annotate(total=Sum("count")).order_by("course", "step")
    ]


def _plan(campaign: Campaign) -> Plan:
    return Plan(
        dict(campaign.courses.order_by("ordinal").values_list("ordinal", "name")),
        {
            (course, step): channel
            for course, step, channel in campaign.steps.values_list("course", "ordinal", "channel")
        },
    )


def _passed_over(heads: list[Head], plan: Plan) -> Iterable[Cell]:
    """Whom the planner passed over; these have no day."""
    for head in heads:
        if head.kind == "skipped":
            channel = plan.channels[head.course, head.step]
            yield Cell(head.course, head.step, channel, "", None, Sends(passed_over=head.count))


def _by_course(plan: Plan, cells: list[Cell], frozen: dict[int, int]) -> list[CourseNumbers]:
    of = dict(_groups(cells, lambda cell: cell.course))
    names = plan.names
    found = [
        CourseNumbers(ordinal, name, frozen.get(ordinal, 0) if frozen else None, _sum(of.get(ordinal, [])))
        for ordinal, name in names.items()
    ]
    lost = [cell for cell in cells if cell.course not in names]
    return [*found, CourseNumbers(0, "区分が分からない", None, _sum(lost))] if lost else found


def _by_step(plan: Plan, cells: list[Cell]) -> list[StepNumbers]:
    """Every step in order, also one that nobody has come to; answers before any message stand first."""
    of = dict(_groups(cells, lambda cell: (cell.course, cell.step)))
    names, channels = plan.names, plan.channels
    return [
        StepNumbers(
            course,
            names.get(course, "") if len(names) > 1 else "",
            ordinal,
            CHANNEL_WORDS[channels[course, ordinal]] if ordinal else BEFORE_ANY,
            _sum(of.get((course, ordinal), [])),
        )
        for course, ordinal in sorted({*channels, *of})
    ]


def _by_day(cells: list[Cell]) -> list[DayNumbers]:
    dated = sorted(((cell.day, cell) for cell in cells if cell.day is not None), key=lambda dated: dated[0])
    found, so_far = [], 0
    for day, of in _groups(dated, lambda dated: dated[0]):
        sends = _sum(cell for _, cell in of)
        so_far += sends.answers
        found.append(DayNumbers(day, sends, so_far))
    return found


Piece = TypeVar("Piece")


def _groups(pieces: Iterable[Piece], key: Callable[[Piece], Key]) -> list[tuple[Key, list[Piece]]]:
    """Pieces by what they have in common, in the order of first sight."""
    found: dict[Key, list[Piece]] = {}
    for piece in pieces:
        found.setdefault(key(piece), []).append(piece)
    return list(found.items())


def _sum(cells: Iterable[Cell]) -> Sends:
    total = Sends()
    for cell in cells:
        total += cell.sends
    return total
