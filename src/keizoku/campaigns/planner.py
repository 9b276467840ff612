"""Turns time into waves: whoever is due for a step now becomes a delivery, once.

Set-based and stateless: who is due is derived from reviews, deliveries, outcomes and receipts, so a planner that runs
twice, stops anywhere or starts late does no harm (``UNIQUE(customer, campaign, step)`` holds in the database).
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.campaigns.audiences.freezing import thaw
from keizoku.campaigns.models import Campaign, Step
from keizoku.campaigns.rules import CHANNEL_FACT, CHANNEL_SKIP, MAX_DAYS, State
from keizoku.delivery import actions as delivery
from keizoku.delivery import queries as deliveries
from keizoku.delivery.rules import RECEIPT_WAIT
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO, business_now
from keizoku.kernel.logs import get_logger
from keizoku.reviews.rules.states import AWAITING_CUSTOMER

log = get_logger(__name__)

ACTOR = Actor.system("planner")
NEVER = timedelta(days=36500)

# Reviews that wait for their customer and whose turn for the step has come but was not taken yet.
_DUE = """
FROM reviews_review r
JOIN customers_fact f ON f.customer_id = r.customer_id
WHERE r.campaign_id = %(campaign)s AND r.state = ANY(%(waiting)s)
  AND NOT EXISTS (SELECT FROM delivery_delivery d
                  WHERE d.customer_id = r.customer_id AND d.campaign_id = %(campaign)s AND d.step = %(step)s)
  AND NOT EXISTS (SELECT FROM campaigns_skip k
                  WHERE k.customer_id = r.customer_id AND k.campaign_id = %(campaign)s AND k.step = %(step)s)
  AND {turn}
"""

# The consent to this channel was withdrawn.
_UNWANTED = "EXISTS (SELECT FROM customers_channelstop u WHERE u.customer_id = r.customer_id AND u.channel = %(channel)s)"
UNWANTED = "consent_withdrawn"
_FIRST = "true"
# The step before was skipped, refused or did not arrive, or its wait is over; or the promised receipt never came.
_LATER = """(
    EXISTS (SELECT FROM campaigns_skip k
            WHERE k.customer_id = r.customer_id AND k.campaign_id = %(campaign)s AND k.step = %(before)s)
    OR EXISTS (
        SELECT FROM delivery_delivery d
        JOIN LATERAL (
            SELECT o.result, o.business_at FROM delivery_outcome o
            WHERE o.campaign_id = d.campaign_id AND o.wave_id = d.wave_id AND o.position = d.position
            ORDER BY delivery_rank(o.result) DESC LIMIT 1
        ) o ON true
        WHERE d.customer_id = r.customer_id AND d.campaign_id = %(campaign)s AND d.step = %(before)s
          AND (o.result IN ('rejected', 'skipped')
               OR EXISTS (SELECT FROM delivery_receipt e
                          WHERE e.campaign_id = d.campaign_id AND e.wave_id = d.wave_id AND e.position = d.position
                            AND e.kind = 'undelivered'
                            AND NOT EXISTS (SELECT FROM delivery_receipt g
                                            WHERE g.campaign_id = e.campaign_id AND g.wave_id = e.wave_id
                                              AND g.position = e.position AND g.kind = 'delivered'))
               OR (o.result IN ('accepted', 'unknown') AND o.business_at + %(wait)s <= %(now)s)
               OR (o.result IN ('accepted', 'unknown') AND o.business_at + %(receipt_wait)s <= %(now)s
                   AND NOT EXISTS (
                       SELECT FROM delivery_receipt e
                       WHERE e.campaign_id = d.campaign_id AND e.wave_id = d.wave_id AND e.position = d.position
                         AND e.kind = 'delivered')))
    )
)"""


def plan_all() -> int:
    """One round over all campaigns; returns how many deliveries were opened."""
    now = business_now()
    opened = 0
    pause_what_delivery_halted()
    for campaign in Campaign.objects.filter(state=State.RUNNING).order_by("id"):
        opened += plan(campaign, now)
    end_what_is_over(now)
    return opened


def plan(campaign: Campaign, now: datetime) -> int:
    """Open the waves of one running campaign that are due now."""
    steps = list(campaign.steps.order_by("ordinal"))
    opened = 0
    for index, step in enumerate(steps):
        before = steps[index - 1] if index else None
        with transaction.atomic():
            if not _hold(campaign):
                return opened
            opened += _open_step(campaign, step, before, now)
    return opened


def _hold(campaign: Campaign) -> bool:
    """Lock the campaign if it still runs, so that two planners and a stop do not cross."""
    return Campaign.objects.select_for_update().filter(id=campaign.id, state=State.RUNNING).exists()


def _open_step(campaign: Campaign, step: Step, before: Step | None, now: datetime) -> int:
    due = _DUE.format(turn=_LATER if before else _FIRST)
    parameters: dict[str, Any] = {
        "campaign": campaign.id,
        "waiting": sorted(str(state) for state in AWAITING_CUSTOMER),
        "step": step.ordinal,
        "before": before.ordinal if before else 0,
        "wait": timedelta(days=step.wait_days),
        "receipt_wait": RECEIPT_WAIT.get(before.channel, NEVER) if before else NEVER,
        "now": now,
        "channel": step.channel,
        "reason": CHANNEL_SKIP[step.channel],
        "unwanted": UNWANTED,
    }
    reachable = f"(f.{CHANNEL_FACT[step.channel]} AND NOT {_UNWANTED})"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO campaigns_skip (campaign_id, step, customer_id, reason, at) "
            f"SELECT %(campaign)s, %(step)s, r.customer_id, CASE WHEN {_UNWANTED} THEN %(unwanted)s ELSE %(reason)s END, "
            f"%(now)s {due} AND NOT {reachable} "
            "ON CONFLICT DO NOTHING",
            parameters,
        )
    assert campaign.closes_on is not None
    size = delivery.open_wave(
        campaign_id=campaign.id,
        step=step.ordinal,
        message_id=step.message_id,
        deadline=campaign.closes_on,
        recipients=f"SELECT r.customer_id, r.id, r.reference {due} AND {reachable}",
        parameters=parameters,
    )
    if size:
        audit.record(
            actor=ACTOR,
            action="campaigns.wave.opened",
            subject=("campaign", campaign.id),
            details={"step": step.ordinal, "size": size},
        )
        log.info("campaigns.wave_opened", campaign_id=campaign.id, step=step.ordinal, size=size)
    return size


def pause_what_delivery_halted() -> None:
    """A running campaign whose gate is closed met a fault while sending: paused, until a person has looked and resumes."""
    for campaign_id in deliveries.halted(
        list(Campaign.objects.filter(state=State.RUNNING).values_list("id", flat=True))
    ):
        with transaction.atomic():
            if Campaign.objects.filter(id=campaign_id, state=State.RUNNING).update(state=State.PAUSED):
                audit.record(
                    actor=ACTOR,
                    action="campaigns.campaign.paused_by_fault",
                    subject=("campaign", campaign_id),
                )


def end_what_is_over(now: datetime) -> None:
    """Finish campaigns past their deadline; send requests that nobody approved in time back to their makers."""
    today = now.astimezone(TOKYO).date()
    for campaign in Campaign.objects.filter(state__in=[State.RUNNING, State.PAUSED], closes_on__lt=today):
        with transaction.atomic():
            moved = Campaign.objects.filter(id=campaign.id, state=campaign.state).update(
                state=State.FINISHED, ended_at=timezone.now()
            )
            if moved:
                delivery.set_gate(campaign.id, is_open=False)
                audit.record(
                    actor=ACTOR, action="campaigns.campaign.finished", subject=("campaign", campaign.id)
                )
    oldest = timezone.now() - timedelta(days=MAX_DAYS[State.REQUESTED])
    for campaign in Campaign.objects.filter(state=State.REQUESTED, requested_at__lt=oldest):
        _lapse(campaign)


def _lapse(campaign: Campaign) -> None:
    with transaction.atomic():
        moved = Campaign.objects.filter(id=campaign.id, state=State.REQUESTED).update(
            state=State.DRAFT, audience_digest="", audience_count=None, excluded_count=None, request_digest=""
        )
        if moved:
            thaw(campaign.id)
            audit.record(actor=ACTOR, action="campaigns.request.lapsed", subject=("campaign", campaign.id))
