"""Campaigns' reads: lists, one campaign's page, the funnel, and why each customer was contacted or not."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from keizoku.accounts import queries as accounts
from keizoku.campaigns.audiences.counting import Preview
from keizoku.campaigns.audiences.fields import readable_fields
from keizoku.campaigns.counters import Counters, counters
from keizoku.campaigns.journeys import reach, showing
from keizoku.campaigns.journeys.courses import Parts, calendar_of, parts_of
from keizoku.campaigns.journeys.reach import Reach
from keizoku.campaigns.journeys.rules.calendar import Calendar
from keizoku.campaigns.journeys.showing import CourseView
from keizoku.campaigns.models import Campaign, Step
from keizoku.campaigns.rules import EXCLUSION_WORDS, STATE_WORDS, CoursePlan, State
from keizoku.delivery.rules import CHANNEL_WORDS, RECEIPT_WAIT
from keizoku.kernel.clock import business_today
from keizoku.kernel.conditions.reading import Json, parse
from keizoku.kernel.conditions.words import describe
from keizoku.kernel.database import numbers
from keizoku.kernel.database.numbers import Number

SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class CampaignRow:
    id: int
    name: str
    state: State
    count: int | None
    made_by: str
    launched_at: datetime | None
    closes_on: date | None

    @property
    def state_words(self) -> str:
        return STATE_WORDS[self.state]


@dataclass(frozen=True, slots=True)
class CampaignView:
    """One campaign's page. ``counts`` is the frozen audience's once requested, as it was then, and the live one before."""

    row: CampaignRow
    audience: Json
    audience_words: str
    audience_version_id: int | None
    answer_days: int
    plans: list[CoursePlan]
    courses: list[CourseView]
    counts: Preview
    excluded_count: int | None
    request_digest: str
    made_by: int
    requested_by: int | None
    requested_by_name: str
    approved_by_name: str
    progress: "Progress"


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One step's numbers: planned = accepted + rejected + unknown + skipped + waiting; delivered is a part of accepted.

    ``delivered`` is None where the carrier never tells what arrived; ``course_name`` is empty where there is one course.
    """

    course: int
    course_name: str
    ordinal: int
    channel: str
    channel_words: str
    planned: int
    accepted: int
    delivered: int | None
    rejected: int
    unknown: int
    skipped: int
    waiting: int
    unreachable: int


@dataclass(frozen=True, slots=True)
class Funnel:
    audience: int
    excluded: dict[str, int]
    steps: list[FunnelStep]
    answered: int
    decided: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a campaign stands and what it came to: its funnel, when each course (by name) may send, all its counters."""

    id: int
    state: State
    first_wave_size: int
    hours: list[tuple[str, Calendar]]
    counters: Counters
    funnel: Funnel


def before(campaign_id: int | None, limit: int = SHOWN) -> list[CampaignRow]:
    """The next ``limit`` campaigns behind an id, the newest first."""
    found = Campaign.objects.order_by("-id")
    found = found if campaign_id is None else found.filter(id__lt=campaign_id)
    rows = list(found[:limit])
    names = accounts.display_names({campaign.made_by for campaign in rows})
    return [_row(campaign, names) for campaign in rows]


def waiting_for_approval() -> Number:
    return numbers.rows(Campaign.objects.filter(state=State.REQUESTED))


def waiting_after_first_wave() -> Number:
    """Campaigns that stand still until a person has confirmed how their first wave went."""
    return numbers.rows(Campaign.objects.filter(state=State.CHECKING))


def view(campaign_id: int) -> CampaignView:
    """One campaign as its page shows it. Raises ``Campaign.DoesNotExist``."""
    campaign = Campaign.objects.get(id=campaign_id)
    people = {campaign.made_by, campaign.requested_by, campaign.approved_by}
    names = accounts.display_names({person for person in people if person is not None})
    parts = parts_of(campaign_id)
    plans, named = parts.plans, showing.named_by(parts)
    told = Counters() if campaign.state == State.DRAFT else counters(campaign_id)
    reached = _reach(campaign, parts, named, told.excluded)
    fields = readable_fields()
    return CampaignView(
        row=_row(campaign, names),
        audience=campaign.audience,
        audience_words=describe(parse(campaign.audience, fields), fields),
        audience_version_id=campaign.audience_version_id,
        answer_days=campaign.answer_days,
        plans=plans,
        courses=showing.of_plans(plans, reached, named),
        counts=Preview(
            matching=reached.matching,
            included=reached.included,
            excluded=reached.excluded,
            reachable=reached.by_channel(plans),
            cost_yen=reached.cost_yen,
        ),
        excluded_count=campaign.excluded_count,
        request_digest=campaign.request_digest,
        made_by=campaign.made_by,
        requested_by=campaign.requested_by,
        requested_by_name=names.get(campaign.requested_by or 0, ""),
        approved_by_name=names.get(campaign.approved_by or 0, ""),
        progress=_progress(campaign, parts, told),
    )


def _reach(campaign: Campaign, parts: Parts, named: showing.Named, excluded: dict[str, int]) -> Reach:
    """A draft's numbers of today; those of the request from then on."""
    if campaign.state == State.DRAFT:
        return reach.of_audience(campaign.audience, parts.plans, business_today(), named.words)
    return reach.kept(parts, excluded) or reach.of_frozen(campaign.id, parts.plans, business_today())


def state_of(campaign_id: int) -> State:
    """Where a campaign stands, without anything else. Raises ``Campaign.DoesNotExist``."""
    return State(Campaign.objects.values_list("state", flat=True).get(id=campaign_id))


def progress(campaign_id: int) -> Progress:
    """What a campaign came to so far. Raises ``Campaign.DoesNotExist``."""
    campaign = Campaign.objects.get(id=campaign_id)
    return _progress(campaign, parts_of(campaign_id), counters(campaign_id))


def funnel(campaign_id: int) -> Funnel:
    """The campaign's numbers, all from counters."""
    return progress(campaign_id).funnel


def _progress(campaign: Campaign, parts: Parts, told: Counters) -> Progress:
    names = {course.ordinal: course.name for course in parts.courses}
    return Progress(
        id=campaign.id,
        state=State(campaign.state),
        first_wave_size=campaign.first_wave_size or 0,
        hours=[(course.name, calendar_of(course)) for course in parts.courses],
        counters=told,
        funnel=Funnel(
            audience=campaign.audience_count or 0,
            excluded={
                EXCLUSION_WORDS[reason]: total
                for reason, total in sorted(told.excluded.items(), key=lambda item: -item[1])
            },
            steps=[
                _funnel_step(step, names[step.course] if len(names) > 1 else "", told) for step in parts.steps
            ],
            answered=told.answered,
            decided=told.decided,
            unanswered=told.unanswered,
        ),
    )


def _funnel_step(step: Step, course_name: str, told: Counters) -> FunnelStep:
    place = step.course, step.ordinal

    def of(result: str) -> int:
        return told.of_step(place, result)

    planned = sum(size for (course, ordinal, _), size in told.planned.items() if (course, ordinal) == place)
    ended = of("accepted") + of("rejected") + of("unknown") + of("skipped")
    return FunnelStep(
        course=step.course,
        course_name=course_name,
        ordinal=step.ordinal,
        channel=step.channel,
        channel_words=CHANNEL_WORDS[step.channel],
        planned=planned,
        accepted=of("accepted"),
        delivered=of("delivered") if step.channel in RECEIPT_WAIT else None,
        rejected=of("rejected"),
        unknown=of("unknown"),
        skipped=of("skipped"),
        waiting=max(planned - ended, 0),
        unreachable=told.skipped.get(place, 0),
    )


def _row(campaign: Campaign, names: dict[int, str]) -> CampaignRow:
    return CampaignRow(
        campaign.id,
        campaign.name,
        State(campaign.state),
        campaign.audience_count,
        names.get(campaign.made_by, ""),
        campaign.launched_at,
        campaign.closes_on,
    )
