"""The first wave: a sample goes first, then the campaign halts until a person has seen how it went.

The planner plans nobody else while ``limit`` gives a condition, and nothing at all while a campaign is ``checking``.
"""

from typing import Any

from django.db import connection, transaction

from keizoku.audit import actions as audit
from keizoku.campaigns.approval.rules import first_wave_places
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import State
from keizoku.delivery import actions as delivery
from keizoku.delivery import queries as deliveries
from keizoku.kernel.actor import Actor
from keizoku.reviews.rules.states import AWAITING_CUSTOMER

ACTOR = Actor.system("planner")

# Those of the first wave who still wait for a message: no step of theirs has begun, and none was skipped.
_UNTOUCHED = """
SELECT EXISTS (
    SELECT FROM campaigns_audience a
    JOIN reviews_review r ON r.campaign_id = a.campaign_id AND r.customer_id = a.customer_id
    WHERE a.campaign_id = %(campaign)s AND {limit} AND r.state = ANY(%(waiting)s)
      AND NOT EXISTS (SELECT FROM delivery_delivery d
                      WHERE d.customer_id = a.customer_id AND d.campaign_id = a.campaign_id)
      AND NOT EXISTS (SELECT FROM campaigns_skip k
                      WHERE k.customer_id = a.customer_id AND k.campaign_id = a.campaign_id)
)
"""


def limit(campaign: Campaign) -> tuple[str, dict[str, Any]] | None:
    """While the first wave goes out: a condition over ``campaigns_audience a`` and its named parameters; else None."""
    if campaign.state != State.FIRST_WAVE:
        return None
    assert campaign.audience_count is not None
    assert campaign.first_wave_size
    places = first_wave_places(campaign.audience_count, campaign.first_wave_size)
    return "a.seq = ANY(%(first_wave)s)", {"first_wave": places}


def halt_if_done(campaign: Campaign) -> bool:
    """Called when a round planned nothing more: once everybody's result is there, close the gate and wait for a person."""
    condition = limit(campaign)
    if condition is None or deliveries.has_open_chunks(campaign.id) or _somebody_waits(campaign, condition):
        return False
    return halt(campaign)


@transaction.atomic
def halt(campaign: Campaign) -> bool:
    """First wave → checking; False where somebody else moved the campaign."""
    moved = Campaign.objects.filter(id=campaign.id, state=State.FIRST_WAVE).update(state=State.CHECKING)
    if moved:
        delivery.set_gate(campaign.id, is_open=False)
        audit.record(
            actor=ACTOR,
            action="campaigns.first_wave.ended",
            subject=("campaign", campaign.id),
            details={"size": campaign.first_wave_size},
        )
    return bool(moved)


def _somebody_waits(campaign: Campaign, condition: tuple[str, dict[str, Any]]) -> bool:
    text, parameters = condition
    waiting = sorted(str(state) for state in AWAITING_CUSTOMER)
    with connection.cursor() as cursor:
        cursor.execute(
            _UNTOUCHED.format(limit=text), {**parameters, "campaign": campaign.id, "waiting": waiting}
        )
        (waits,) = cursor.fetchone()
    return bool(waits)
