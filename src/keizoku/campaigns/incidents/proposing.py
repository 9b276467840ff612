"""Proposes an incident where the system halted a campaign: a person opens or dismisses it."""

from keizoku.audit import actions as audit
from keizoku.campaigns.incidents import logbook
from keizoku.campaigns.incidents.models import Incident
from keizoku.campaigns.incidents.rules import Kind, State
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today

ACTOR = Actor.system("watch")


def propose(campaign_id: int, halt_id: int) -> int:
    """Part of the halt's transaction; returns the incident's id."""
    incident = Incident.objects.create(
        campaign_id=campaign_id,
        halt_id=halt_id,
        kind=Kind.DOUBTFUL.value,
        state=State.PROPOSED.value,
        known_on=business_today(),
    )
    logbook.write(incident.id, "proposed", ACTOR)
    audit.record(
        actor=ACTOR,
        action="campaigns.incident.proposed",
        subject=("campaign", campaign_id),
        details={"incident": incident.id, "halt": halt_id},
    )
    return incident.id
