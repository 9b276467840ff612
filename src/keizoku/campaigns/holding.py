"""After a restore: nothing goes out before a person has looked.

A restored database does not know whom the original wrote to after the backup; going on where it stood would write to them
twice. So whatever sends is paused, and whatever was about to begin is stopped, before anybody can start a worker on it.
"""

from django.db import transaction
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import SENDING, State
from keizoku.delivery import actions as delivery
from keizoku.kernel.actor import Actor


@transaction.atomic
def hold_restored(actor: Actor) -> int:
    """Pause or stop every campaign that could send; returns how many. Harmless when repeated."""
    held = 0
    for campaign in Campaign.objects.select_for_update(no_key=True).filter(
        state__in=[*SENDING, State.LAUNCHING]
    ):
        launching = campaign.state == State.LAUNCHING
        changes = (
            {"state": State.STOPPED, "ended_at": timezone.now()} if launching else {"state": State.PAUSED}
        )
        held += Campaign.objects.filter(id=campaign.id, state=campaign.state).update(**changes)
        delivery.set_gate(campaign.id, is_open=False)
        audit.record(
            actor=actor, action="campaigns.campaign.held_after_restore", subject=("campaign", campaign.id)
        )
    return held
