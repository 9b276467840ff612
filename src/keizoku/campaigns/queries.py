"""Campaigns' reads: lists, one campaign's page, the funnel, and why each customer was contacted or not."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import connection
from django.db.models import Count

from keizoku.accounts import queries as accounts
from keizoku.campaigns.approval.queries import makers
from keizoku.campaigns.audiences.counting import Preview
from keizoku.campaigns.audiences.fields import readable_fields
from keizoku.campaigns.journeys import showing
from keizoku.campaigns.journeys.courses import calendar_of
from keizoku.campaigns.journeys.courses import of_campaign as courses_of_campaign
from keizoku.campaigns.journeys.models import Course
from keizoku.campaigns.journeys.rules.calendar import Calendar
from keizoku.campaigns.journeys.showing import CourseView
from keizoku.campaigns.models import Campaign, Exclusion, Skip, Step
from keizoku.campaigns.rules import EXCLUSION_WORDS, STATE_WORDS, CoursePlan, State
from keizoku.delivery import queries as deliveries
from keizoku.delivery.rules import CHANNEL_WORDS, RECEIPT_WAIT
from keizoku.kernel.clock import business_today
from keizoku.kernel.conditions.reading import Json, parse
from keizoku.kernel.conditions.words import describe
from keizoku.kernel.database import numbers
from keizoku.kernel.database.numbers import Number
from keizoku.reviews import queries as reviews

RECENT: Final = 100


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
    """One campaign's page. ``counts`` is the frozen audience's once requested, the live one before."""

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
    touched_by: frozenset[int]


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


def recent() -> list[CampaignRow]:
    return before(None, RECENT)


def before(campaign_id: int | None, limit: int) -> list[CampaignRow]:
    """The next ``limit`` campaigns behind an id, the newest first."""
    found = Campaign.objects.order_by("-id")
    found = found if campaign_id is None else found.filter(id__lt=campaign_id)
    rows = list(found[:limit])
    names = accounts.display_names({campaign.made_by for campaign in rows})
    return [_row(campaign, names) for campaign in rows]


def waiting_for_approval() -> Number:
    return numbers.rows(Campaign.objects.filter(state=State.REQUESTED))


def view(campaign_id: int) -> CampaignView:
    """One campaign as its page shows it. Raises ``Campaign.DoesNotExist``."""
    campaign = Campaign.objects.get(id=campaign_id)
    people = {campaign.made_by, campaign.requested_by, campaign.approved_by}
    names = accounts.display_names({person for person in people if person is not None})
    plans = courses_of_campaign(campaign)
    reached = showing.reach_of(campaign, plans, business_today())
    fields = readable_fields()
    return CampaignView(
        row=_row(campaign, names),
        audience=campaign.audience,
        audience_words=describe(parse(campaign.audience, fields), fields),
        audience_version_id=campaign.audience_version_id,
        answer_days=campaign.answer_days,
        plans=plans,
        courses=showing.of_plans(plans, reached),
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
        touched_by=makers(campaign),
    )


def state_of(campaign_id: int) -> State:
    """Where a campaign stands, without anything else. Raises ``Campaign.DoesNotExist``."""
    return State(Campaign.objects.values_list("state", flat=True).get(id=campaign_id))


def hours(campaign_id: int) -> list[tuple[str, Calendar]]:
    """Each course's name and when it may send, in their order."""
    return [
        (course.name, calendar_of(course))
        for course in Course.objects.filter(campaign_id=campaign_id).order_by("ordinal")
    ]


def funnel(campaign_id: int) -> Funnel:
    """The campaign's numbers, all from counters."""
    campaign = Campaign.objects.get(id=campaign_id)
    planned = deliveries.planned_by_course(campaign_id)
    counts: dict[tuple[int, int, str], int] = {}
    for count in deliveries.step_counts(campaign_id):
        key = count.course, count.step, count.result
        counts[key] = counts.get(key, 0) + count.count
    names = dict(campaign.courses.values_list("ordinal", "name"))
    skips = _skips(campaign_id, len(names))
    states = reviews.campaign_counts(campaign_id)
    return Funnel(
        audience=campaign.audience_count or 0,
        excluded=excluded(campaign_id),
        steps=[
            _funnel_step(
                step,
                names[step.course] if len(names) > 1 else "",
                planned.get((step.course, step.ordinal), 0),
                counts,
                skips.get((step.course, step.ordinal), 0),
            )
            for step in campaign.steps.order_by("course", "ordinal")
        ],
        answered=states.answered,
        decided=states.decided,
        unanswered=states.unanswered,
    )


def excluded(campaign_id: int) -> dict[str, int]:
    """Reason in words → how many who met the conditions were left out for it."""
    rows = Exclusion.objects.filter(campaign_id=campaign_id).values_list("reason").annotate(total=Count("id"))
    return {EXCLUSION_WORDS[reason]: total for reason, total in rows.order_by("-total")}


def _skips(campaign_id: int, courses: int) -> dict[tuple[int, int], int]:
    """(course, step) → how many were skipped; who belongs to which course is asked only where there are several."""
    if courses == 1:
        skips = Skip.objects.filter(campaign_id=campaign_id).values_list("step").annotate(Count("id"))
        return {(1, step): count for step, count in skips}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.course, k.step, count(*) FROM campaigns_skip k "
            "JOIN campaigns_audience a ON a.campaign_id = k.campaign_id AND a.customer_id = k.customer_id "
            "WHERE k.campaign_id = %s GROUP BY 1, 2",
            [campaign_id],
        )
        return {(course, step): count for course, step, count in cursor.fetchall()}


def _funnel_step(
    step: Step, course_name: str, planned: int, counts: dict[tuple[int, int, str], int], unreachable: int
) -> FunnelStep:
    def of(result: str) -> int:
        return counts.get((step.course, step.ordinal, result), 0)

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
        unreachable=unreachable,
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
