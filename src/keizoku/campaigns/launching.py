"""The moment after approval: partitions, one open review a customer, the gate."""

from datetime import timedelta

from django.db import connection

from keizoku.audit import actions as audit
from keizoku.campaigns.models import Campaign
from keizoku.delivery import actions as delivery
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO, business_now
from keizoku.reviews import actions as reviews

ACTOR = Actor.system("planner")
_MEMBERS = "SELECT a.seq, a.customer_id FROM campaigns_audience a WHERE a.campaign_id = %s"

# Whoever got an open review elsewhere between the freeze and the approval is left out, with that reason.
_OVERTAKEN = """
INSERT INTO campaigns_exclusion (campaign_id, customer_id, reason)
SELECT a.campaign_id, a.customer_id, 'open_review' FROM campaigns_audience a
WHERE a.campaign_id = %s
  AND NOT EXISTS (SELECT FROM reviews_review r WHERE r.campaign_id = a.campaign_id AND r.customer_id = a.customer_id)
ON CONFLICT DO NOTHING
"""


def launch(campaign: Campaign) -> None:
    """Open the reviews and the gate; the planner's next round opens the first wave. Runs in the approval's transaction."""
    now = business_now()
    closes_on = now.astimezone(TOKYO).date() + timedelta(days=campaign.answer_days)
    delivery.open_campaign(campaign.id)
    opened = reviews.open_reviews(
        campaign_id=campaign.id, members_sql=_MEMBERS, params=[campaign.id], closes_on=closes_on, now=now
    )
    with connection.cursor() as cursor:
        cursor.execute(_OVERTAKEN, [campaign.id])
    Campaign.objects.filter(id=campaign.id).update(launched_at=now, closes_on=closes_on)
    delivery.set_gate(campaign.id, is_open=True)
    audit.record(
        actor=ACTOR,
        action="campaigns.campaign.launched",
        subject=("campaign", campaign.id),
        details={"reviews": opened.opened, "open_elsewhere": opened.already_open_elsewhere},
    )
