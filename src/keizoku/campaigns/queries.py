"""Campaigns' reads: lists, one campaign's page, the funnel, and why each customer was contacted or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import Count

from keizoku.accounts.models import Staff
from keizoku.campaigns.audiences.counting import Preview, preview, preview_of_frozen
from keizoku.campaigns.audiences.fields import readable_fields
from keizoku.campaigns.models import Campaign, Exclusion, Skip
from keizoku.campaigns.rules import EXCLUSION_WORDS, STATE_WORDS, State
from keizoku.delivery import queries as deliveries
from keizoku.delivery.queries import Words
from keizoku.delivery.rules import CHANNEL_WORDS, RECEIPT_WAIT, SKIP_WORDS, parts
from keizoku.kernel.clock import business_today
from keizoku.kernel.conditions.reading import Json, parse
from keizoku.kernel.conditions.words import describe
from keizoku.reviews import queries as reviews


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
class StepView:
    """One step as people read it."""

    ordinal: int
    channel: str
    channel_words: str
    wait_days: int
    message: Words
    price_yen: Decimal


@dataclass(frozen=True, slots=True)
class CampaignView:
    """One campaign's page. ``counts`` is the frozen audience's once requested, the live one before."""

    row: CampaignRow
    audience: Json
    audience_words: str
    answer_days: int
    steps: list[StepView]
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

    ``delivered`` is None where the carrier never tells what arrived.
    """

    ordinal: int
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
class Reason:
    """Why one customer was or was not contacted at one point, in words."""

    campaign_id: int
    campaign_name: str
    step: int
    at: datetime | None
    words: str


def recent(limit: int = 100) -> list[CampaignRow]:
    names = _names()
    return [_row(campaign, names) for campaign in Campaign.objects.order_by("-id")[:limit]]


def waiting_for_approval() -> int:
    return Campaign.objects.filter(state=State.REQUESTED).count()


def view(campaign_id: int) -> CampaignView:
    """One campaign as its page shows it. Raises ``Campaign.DoesNotExist``."""
    campaign = Campaign.objects.get(id=campaign_id)
    names = _names()
    steps = [
        StepView(
            step.ordinal,
            step.channel,
            CHANNEL_WORDS[step.channel],
            step.wait_days,
            words,
            price_yen(step.channel, words.body),
        )
        for step in campaign.steps.order_by("ordinal")
        for words in (deliveries.words(step.message_id),)
    ]
    fields = readable_fields()
    touched = {campaign.made_by, campaign.requested_by, *campaign.edits.values_list("staff_id", flat=True)}
    return CampaignView(
        row=_row(campaign, names),
        audience=campaign.audience,
        audience_words=describe(parse(campaign.audience, fields), fields),
        answer_days=campaign.answer_days,
        steps=steps,
        counts=_counts(campaign, steps),
        excluded_count=campaign.excluded_count,
        request_digest=campaign.request_digest,
        made_by=campaign.made_by,
        requested_by=campaign.requested_by,
        requested_by_name=names.get(campaign.requested_by or 0, ""),
        approved_by_name=names.get(campaign.approved_by or 0, ""),
        touched_by=frozenset(staff_id for staff_id in touched if staff_id is not None),
    )


def price_yen(channel: str, body: str) -> Decimal:
    """Of one delivery of these words: an SMS costs by its parts."""
    return settings.MESSAGE_PRICE_YEN[channel] * parts(channel, body, settings.INSTITUTION)


def state_of(campaign_id: int) -> State:
    """Where a campaign stands, without anything else. Raises ``Campaign.DoesNotExist``."""
    return State(Campaign.objects.values_list("state", flat=True).get(id=campaign_id))


def funnel(campaign_id: int) -> Funnel:
    """The campaign's numbers, all from counters."""
    campaign = Campaign.objects.get(id=campaign_id)
    planned = deliveries.planned(campaign_id)
    counts: dict[tuple[int, str], int] = {}
    for count in deliveries.step_counts(campaign_id):
        counts[count.step, count.result] = counts.get((count.step, count.result), 0) + count.count
    skips = dict(Skip.objects.filter(campaign_id=campaign_id).values_list("step").annotate(Count("id")))
    states = reviews.campaign_counts(campaign_id)
    return Funnel(
        audience=campaign.audience_count or 0,
        excluded=excluded(campaign_id),
        steps=[
            _funnel_step(
                step.ordinal, step.channel, planned.get(step.ordinal, 0), counts, skips.get(step.ordinal, 0)
            )
            for step in campaign.steps.order_by("ordinal")
        ],
        answered=states.answered,
        decided=states.decided,
        unanswered=states.unanswered,
    )


def excluded(campaign_id: int) -> dict[str, int]:
    """Reason in words → how many who met the conditions were left out for it."""
    rows = Exclusion.objects.filter(campaign_id=campaign_id).values_list("reason").annotate(total=Count("id"))
    return {EXCLUSION_WORDS[reason]: total for reason, total in rows.order_by("-total")}


def reasons_of(customer_id: int) -> list[Reason]:
    """Everything stored about contacting this customer: exclusions, skipped steps, deliveries with their results."""
    exclusions = Exclusion.objects.filter(customer_id=customer_id).select_related("campaign")
    skips = Skip.objects.filter(customer_id=customer_id).select_related("campaign")
    campaign_ids = reviews.campaigns_of(customer_id)
    names = dict(Campaign.objects.filter(id__in=campaign_ids).values_list("id", "name"))
    found = [
        Reason(
            e.campaign_id, e.campaign.name, 0, e.campaign.requested_at, f"対象外: {EXCLUSION_WORDS[e.reason]}"
        )
        for e in exclusions
    ]
    found += [
        Reason(s.campaign_id, s.campaign.name, s.step, s.at, f"送らなかった: {SKIP_WORDS[s.reason]}")
        for s in skips
    ]
    found += [
        Reason(contact.campaign_id, names[contact.campaign_id], contact.step, contact.at, contact.words)
        for contact in deliveries.contacts_with(customer_id, campaign_ids)
    ]
    return sorted(found, key=lambda reason: (reason.campaign_id, reason.step))


def _funnel_step(
    ordinal: int, channel: str, planned: int, counts: dict[tuple[int, str], int], unreachable: int
) -> FunnelStep:
    def of(result: str) -> int:
        return counts.get((ordinal, result), 0)

    ended = of("accepted") + of("rejected") + of("unknown") + of("skipped")
    return FunnelStep(
        ordinal=ordinal,
        channel_words=CHANNEL_WORDS[channel],
        planned=planned,
        accepted=of("accepted"),
        delivered=of("delivered") if channel in RECEIPT_WAIT else None,
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


def _counts(campaign: Campaign, steps: Sequence[StepView]) -> Preview:
    channels = [step.channel for step in steps]
    prices = {step.channel: step.price_yen for step in steps}
    if campaign.state == State.DRAFT:
        return preview(campaign.audience, channels, business_today(), prices)
    return preview_of_frozen(campaign.id, channels, prices)


def _names() -> dict[int, str]:
    return dict(Staff.objects.values_list("id", "display_name"))
