"""Opens cases: once a business day each campaign that was launched is looked through, set by set.

Safe to run twice, stop anywhere and start late: a customer has one case a campaign (a constraint), and the day is written
down after the last set. A case that was released is opened again where the desk asked again and the new deadline passed.
"""

from datetime import date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction

from keizoku.audit import actions as audit
from keizoku.audit.rules import ids_digest
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import State as CampaignState
from keizoku.campaigns.silent import events
from keizoku.campaigns.silent.events import Move
from keizoku.campaigns.silent.models import SilentLook
from keizoku.campaigns.silent.rules import State
from keizoku.delivery.letters.rules import CALLED_OFF_EVENT
from keizoku.delivery.rules import CAMPAIGN_OVER
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO
from keizoku.kernel.logs import get_logger
from keizoku.reviews.rules.states import AWAITING_CUSTOMER, NOT_FINAL
from keizoku.reviews.rules.states import State as ReviewState

log = get_logger(__name__)

ACTOR: Final = Actor.system("silent")
# One transaction each, so that whoever answers or decides meanwhile waits for no more than that.
AT_ONCE: Final = 20_000

_OPEN: Final = """
WITH last AS (
    SELECT course, max(ordinal) AS step FROM campaigns_step WHERE campaign_id = %(campaign)s GROUP BY course
), silent AS (
    SELECT r.id AS review_id, r.customer_id, r.closes_on < %(today)s AS is_late
    FROM reviews_review r
    WHERE r.campaign_id = %(campaign)s AND r.state = ANY(%(states)s)
      AND NOT EXISTS (SELECT FROM campaigns_silentcase s
                      WHERE s.campaign_id = %(campaign)s AND s.customer_id = r.customer_id AND s.state <> 'released')
      AND (r.closes_on < %(today)s OR (r.state = 'open' AND EXISTS (
            SELECT FROM campaigns_audience a JOIN last ON last.course = a.course
            WHERE a.campaign_id = %(campaign)s AND a.customer_id = r.customer_id
              AND (EXISTS (SELECT FROM campaigns_skip k
                           WHERE k.campaign_id = %(campaign)s AND k.step = last.step AND k.customer_id = r.customer_id
                             AND k.at + %(after)s <= %(now)s)
                   OR EXISTS (SELECT FROM delivery_delivery d
                       JOIN delivery_outcome o ON o.campaign_id = d.campaign_id AND o.wave_id = d.wave_id
                            AND o.position = d.position AND o.result <> 'deferred' AND o.code <> %(over)s
                       WHERE d.campaign_id = %(campaign)s AND d.step = last.step AND d.customer_id = r.customer_id
                         AND o.business_at + %(after)s <= %(now)s)))))
    ORDER BY r.customer_id LIMIT %(at_once)s
), reached AS (
    SELECT silent.*, COALESCE((
        SELECT CASE WHEN bool_or(t.kind = 'delivered') THEN 'delivered'
                    WHEN bool_or(o.result = 'accepted' AND NOT starts_with(COALESCE(t.event_id, ''), %(called_off)s))
                    THEN 'accepted'
                    WHEN bool_or(o.result = 'unknown') THEN 'unknown' END
        FROM delivery_delivery d
        LEFT JOIN delivery_outcome o
            ON o.campaign_id = d.campaign_id AND o.wave_id = d.wave_id AND o.position = d.position
        LEFT JOIN delivery_receipt t
            ON t.campaign_id = d.campaign_id AND t.wave_id = d.wave_id AND t.position = d.position
        WHERE d.campaign_id = %(campaign)s AND d.customer_id = silent.customer_id), 'none') AS reach
    FROM silent
), opened AS (
    INSERT INTO campaigns_silentcase AS known
        (campaign_id, customer_id, review_id, state, state_since, opened_at, opened_on, opened_because, reach,
         reason, measure)
    SELECT %(campaign)s, customer_id, review_id, 'open', %(now)s, %(now)s, %(today)s,
           CASE WHEN is_late THEN 'deadline' ELSE 'steps_over' END, reach, '', ''
    FROM reached
    ON CONFLICT (customer_id, campaign_id) DO UPDATE
    SET state = 'open', state_since = EXCLUDED.state_since, opened_at = EXCLUDED.opened_at, opened_on = EXCLUDED.opened_on,
        opened_because = EXCLUDED.opened_because, reach = EXCLUDED.reach, reason = '', measure = '', until = NULL,
        decided_by = NULL, proposed_by = NULL, confirmed_by = NULL, follow_up_id = NULL, task_id = NULL
    WHERE known.state = 'released' AND EXCLUDED.opened_because = 'deadline'
    RETURNING id, opened_because
), told AS (
    INSERT INTO campaigns_silentevent (key, case_id, at, written_at, from_state, to_state, reason, measure, by)
    SELECT gen_random_uuid(), id, %(now)s, now(), '', 'open', opened_because, '', 'system:silent' FROM opened
)
SELECT id FROM opened ORDER BY id
"""
# Whom the next campaign found silent too goes on there.
_FOLLOWED: Final = """
UPDATE campaigns_silentcase s SET state = 'released', state_since = %(now)s, reason = 'followed_up'
FROM campaigns_silentfollowup f
WHERE f.draft_id = %(campaign)s AND s.follow_up_id = f.id AND s.state = 'contacting'
  AND EXISTS (SELECT FROM campaigns_silentcase n WHERE n.customer_id = s.customer_id AND n.campaign_id = %(campaign)s)
RETURNING s.id
"""


def look(now: datetime) -> int:
    """Look through every campaign that was not looked through today; returns how many cases were opened."""
    today = now.astimezone(TOKYO).date()
    done = SilentLook.objects.filter(is_over=True) | SilentLook.objects.filter(looked_on__gte=today)
    waiting = (
        Campaign.objects.exclude(launched_at=None)
        .exclude(state=CampaignState.LAUNCHING)
        .exclude(id__in=done.values("campaign_id"))
    )
    return sum(look_through(campaign, now, today) for campaign in waiting.order_by("id"))


def look_through(campaign: Campaign, now: datetime, today: date) -> int:
    """Open the cases of one campaign; returns how many."""
    opened = 0
    while count := _open_some(campaign, now, today):
        opened += count
    with transaction.atomic():
        _follow(campaign, now)
        SilentLook.objects.update_or_create(
            campaign=campaign, defaults={"looked_on": today, "is_over": _is_over(campaign)}
        )
    if opened:
        log.info("silent.opened", campaign_id=campaign.id, count=opened)
    return opened


@transaction.atomic
def _open_some(campaign: Campaign, now: datetime, today: date) -> int:
    named: dict[str, Any] = {
        "campaign": campaign.id,
        "today": today,
        "now": now,
        "after": timedelta(days=settings.SILENT_AFTER_DAYS),
        "states": [*(state.value for state in AWAITING_CUSTOMER), ReviewState.UNANSWERED.value],
        "at_once": AT_ONCE,
        "called_off": CALLED_OFF_EVENT,
        "over": CAMPAIGN_OVER,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '15min'")
        cursor.execute(_OPEN, named)
        ids = [case_id for (case_id,) in cursor.fetchall()]
    if ids:
        audit.record_many(
            actor=ACTOR,
            action="campaigns.silent.opened",
            subject=("campaign", campaign.id),
            count=len(ids),
            ids_digest=ids_digest(ids),
        )
    return len(ids)


def _follow(campaign: Campaign, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOWED, {"campaign": campaign.id, "now": now})
        ids = [case_id for (case_id,) in cursor.fetchall()]
    if ids:
        move = Move(State.RELEASED, now, ACTOR, reason="followed_up")
        events.append_many(
            [(case_id, State.CONTACTING.value) for case_id in ids],
            move,
            action="campaigns.silent.followed_up",
        )


def _is_over(campaign: Campaign) -> bool:
    """Nobody of it is awaited any more, and nobody will be: until then it is looked through each day."""
    if campaign.state not in {CampaignState.STOPPED, CampaignState.FINISHED}:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM reviews_review WHERE campaign_id = %s AND state = ANY(%s))",
            [campaign.id, [state.value for state in NOT_FINAL]],
        )
        (waits,) = cursor.fetchone()
    return not waits
