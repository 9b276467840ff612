"""The launch of an approved campaign as a job: partitions, one open review a customer, then the gate.

In parts that commit, so that the job may run twice, stop anywhere and start late: each part locks the campaign, looks
whether it still launches, opens the reviews of the next members and moves ``Launch.through`` in one transaction. A stop in
between waits for one part at most, and no part follows it.
"""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.campaigns.approval.models import Launch
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import State
from keizoku.delivery import actions as delivery
from keizoku.delivery import queries as deliveries
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO, business_now
from keizoku.kernel.tasks import task
from keizoku.reviews import actions as reviews

ACTOR = Actor.system("planner")
# Ten thousand reviews take about half a second (200,000: 6–14 s on two cores), and a stop waits no longer than that.
PART = 10_000
WITHOUT_PROGRESS = timedelta(minutes=1)

_MEMBERS = """
SELECT a.seq, a.customer_id, c.questionnaire FROM campaigns_audience a
JOIN campaigns_course c ON c.campaign_id = a.campaign_id AND c.ordinal = a.course
WHERE a.campaign_id = %s AND a.seq BETWEEN %s AND %s
"""

# Whoever got an open review elsewhere between the freeze and the launch is left out, with that reason.
_OVERTAKEN = """
INSERT INTO campaigns_exclusion (campaign_id, customer_id, reason)
SELECT a.campaign_id, a.customer_id, 'open_review' FROM campaigns_audience a
WHERE a.campaign_id = %s AND a.seq BETWEEN %s AND %s
  AND NOT EXISTS (SELECT FROM reviews_review r WHERE r.campaign_id = a.campaign_id AND r.customer_id = a.customer_id)
ON CONFLICT DO NOTHING
"""

# Of a stopped campaign: no attempt was ever made to write to this review's customer.
_UNWRITTEN = """NOT EXISTS (
    SELECT FROM delivery_delivery d
    JOIN delivery_attempt t ON t.campaign_id = d.campaign_id AND t.wave_id = d.wave_id AND t.position = d.position
    WHERE d.customer_id = r.customer_id AND d.campaign_id = r.campaign_id)"""


@task("campaigns.launch", queue="planning")
def work(campaign: int) -> None:
    """Open a campaign's reviews, part by part, to the end."""
    work_through(campaign)


def work_through(campaign_id: int, part: int = PART) -> None:
    """Go on from where the launch stands, until it is through or the campaign no longer launches."""
    while _work_part(campaign_id, part):
        continue


def wake_stalled() -> int:
    """Wake launches that did not move for a minute (their worker died, or the wake was lost); returns how many."""
    before = timezone.now() - WITHOUT_PROGRESS
    stalled = Campaign.objects.filter(state=State.LAUNCHING, state_since__lt=before).exclude(
        launch__moved_at__gte=before
    )
    for campaign_id in (ids := list(stalled.values_list("id", flat=True))):
        work.wake(campaign=campaign_id)
    return len(ids)


def release_stopped() -> int:
    """Withdraw the reviews of stopped campaigns that nobody was written to about, so that another campaign may reach these
    people; returns how many. Whoever was written to can answer until the last day.
    """
    total = 0
    for launch in Launch.objects.filter(campaign__state=State.STOPPED, released_at=None).order_by("id"):
        if deliveries.has_leased_chunks(launch.campaign_id):
            continue
        while some := reviews.withdraw_some(
            launch.campaign_id, members=_UNWRITTEN, because="campaign_stopped", actor=ACTOR
        ):
            total += some
        Launch.objects.filter(id=launch.id, released_at=None).update(released_at=timezone.now())
    return total


@transaction.atomic
def _work_part(campaign_id: int, part: int) -> bool:
    """The next part; False when there is nothing left to do."""
    campaign = Campaign.objects.select_for_update().filter(id=campaign_id, state=State.LAUNCHING).first()
    if campaign is None:
        return False
    launch = Launch.objects.filter(campaign=campaign).first() or _begin(campaign)
    assert campaign.audience_count is not None
    if launch.through >= campaign.audience_count:
        _end(campaign, launch)
        return False
    low, high = launch.through + 1, min(launch.through + part, campaign.audience_count)
    assert campaign.closes_on is not None
    opened = reviews.open_reviews(
        campaign_id=campaign.id,
        members_sql=_MEMBERS,
        params=[campaign.id, low, high],
        closes_on=campaign.closes_on,
        now=business_now(),
    )
    with connection.cursor() as cursor:
        cursor.execute(_OVERTAKEN, [campaign.id, low, high])
        overtaken = int(cursor.rowcount)
    moved = Launch.objects.filter(id=launch.id, through=launch.through).update(
        through=high,
        opened=launch.opened + opened.opened,
        overtaken=launch.overtaken + overtaken,
        moved_at=timezone.now(),
    )
    assert moved == 1
    return True


def _begin(campaign: Campaign) -> Launch:
    """Partitions and the last day to answer, which counts from now."""
    now = business_now()
    delivery.open_campaign(campaign.id)
    campaign.launched_at = now
    campaign.closes_on = now.astimezone(TOKYO).date() + timedelta(days=campaign.answer_days)
    Campaign.objects.filter(id=campaign.id).update(launched_at=now, closes_on=campaign.closes_on)
    return Launch.objects.create(campaign=campaign)


def _end(campaign: Campaign, launch: Launch) -> None:
    """The gate opens: for the first wave, or at once where everybody is so few that none is needed."""
    following = State.FIRST_WAVE if campaign.first_wave_size else State.RUNNING
    moved = Campaign.objects.filter(id=campaign.id, state=State.LAUNCHING).update(state=following)
    assert moved == 1
    Launch.objects.filter(id=launch.id).update(ended_at=timezone.now())
    delivery.set_gate(campaign.id, is_open=True)
    audit.record(
        actor=ACTOR,
        action="campaigns.campaign.launched",
        subject=("campaign", campaign.id),
        details={
            "reviews": launch.opened,
            "open_elsewhere": launch.overtaken,
            "first_wave": campaign.first_wave_size,
        },
    )
