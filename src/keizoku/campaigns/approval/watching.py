"""Watches the acceptance of running campaigns: a sudden fall halts the sending until a person has seen the figures."""

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.campaigns.approval.models import Halt
from keizoku.campaigns.approval.queries import halt_of
from keizoku.campaigns.approval.rules import ACCEPTANCE_WINDOW, Tally, has_fallen
from keizoku.campaigns.errors import CampaignRefused
from keizoku.campaigns.incidents.proposing import propose
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import State
from keizoku.delivery import actions as delivery
from keizoku.delivery.models import Counter
from keizoku.kernel.actor import Actor
from keizoku.kernel.logs import get_logger

log = get_logger(__name__)
ACTOR = Actor.system("watch")

# Channels that closed a chunk within the last minutes: others have not changed since the look before.
_BUSY = """
SELECT DISTINCT w.channel FROM delivery_chunk c JOIN delivery_wave w ON w.id = c.wave_id
WHERE c.campaign_id = %s AND c.state = 'closed' AND c.closed_at > now() - interval '5 minutes'
"""
# The last closed chunks that together hold a window of messages, and what the carriers answered to these.
_LATELY = """
WITH closed AS (
    SELECT c.wave_id, c.low, c.high,
           sum(c.high - c.low + 1) OVER (ORDER BY c.closed_at DESC, c.id DESC) - (c.high - c.low + 1) AS before
    FROM delivery_chunk c JOIN delivery_wave w ON w.id = c.wave_id
    WHERE c.campaign_id = %(campaign)s AND w.channel = %(channel)s AND c.state = 'closed' AND c.closed_at > %(since)s
), best AS (
    SELECT DISTINCT ON (o.wave_id, o.position) o.result
    FROM closed JOIN delivery_outcome o
      ON o.campaign_id = %(campaign)s AND o.wave_id = closed.wave_id AND o.position BETWEEN closed.low AND closed.high
    WHERE closed.before < %(window)s
    ORDER BY o.wave_id, o.position, delivery_rank(o.result) DESC
)
SELECT count(*) FILTER (WHERE result = 'accepted'), count(*) FILTER (WHERE result IN ('rejected', 'unknown')) FROM best
"""
_SINCE = """
SELECT COALESCE(sum(count) FILTER (WHERE result = 'accepted'), 0),
       COALESCE(sum(count) FILTER (WHERE result IN ('rejected', 'unknown')), 0)
FROM delivery_counter WHERE campaign_id = %s AND channel = %s AND id > %s
"""


def watch(campaign: Campaign) -> bool:
    """One look at a running campaign; True when it was halted."""
    with connection.cursor() as cursor:
        cursor.execute(_BUSY, [campaign.id])
        channels = [row[0] for row in cursor.fetchall()]
    for channel in channels:
        before, lately = _tallies(campaign, channel)
        if has_fallen(before, lately):
            return _halt(campaign, channel, before, lately)
    return False


def see_halt(campaign_id: int, seen: int | None, staff_id: int) -> None:
    """Part of resuming: whoever resumes names the halt whose figures he saw. Raises ``CampaignRefused``."""
    halt = halt_of(campaign_id)
    if halt is None:
        return
    if seen != halt.id:
        raise CampaignRefused(
            "受け付けの割合が急に下がったため、システムが止めています。",
            remedy="下がった数を確かめてから再開してください。",
            code="campaigns.halt_unseen",
        )
    Halt.objects.filter(campaign_id=campaign_id, resumed_at=None).update(
        resumed_by=staff_id, resumed_at=timezone.now()
    )


def _tallies(campaign: Campaign, channel: str) -> tuple[Tally, Tally]:
    """(before, lately) since the last halt on this channel: what a person went on with is the measure from then on."""
    last = Halt.objects.filter(campaign=campaign, channel=channel).order_by("-id").first()
    since = last.resumed_at if last and last.resumed_at else campaign.approved_at
    with connection.cursor() as cursor:
        cursor.execute(
            _LATELY,
            {
                "campaign": campaign.id,
                "channel": channel,
                "since": since,
                "window": ACCEPTANCE_WINDOW,
            },
        )
        lately = Tally(*cursor.fetchone())
        cursor.execute(_SINCE, [campaign.id, channel, last.counter_id if last else 0])
        accepted, lost = (int(value) for value in cursor.fetchone())
    return Tally(max(accepted - lately.accepted, 0), max(lost - lately.lost, 0)), lately


@transaction.atomic
def _halt(campaign: Campaign, channel: str, before: Tally, lately: Tally) -> bool:
    """Running → paused with the figures; False where somebody else moved it."""
    if not Campaign.objects.filter(id=campaign.id, state=State.RUNNING).update(state=State.PAUSED):
        return False
    delivery.set_gate(campaign.id, is_open=False)
    figures = {
        "before_accepted": before.accepted,
        "before_total": before.total,
        "lately_accepted": lately.accepted,
        "lately_total": lately.total,
    }
    newest = Counter.objects.filter(campaign_id=campaign.id).aggregate(newest=Max("id"))["newest"]
    halt = Halt.objects.create(campaign=campaign, channel=channel, figures=figures, counter_id=newest or 0)
    audit.record(
        actor=ACTOR,
        action="campaigns.campaign.halted_by_fall",
        subject=("campaign", campaign.id),
        details={"halt": halt.id, "channel": channel, **figures},
    )
    propose(campaign.id, halt.id)
    log.warning("campaigns.acceptance_fell", campaign_id=campaign.id, channel=channel, **figures)
    return True
