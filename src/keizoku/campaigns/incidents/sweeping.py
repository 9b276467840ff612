"""Every minute: lists are fixed that could not be before, and what lasts too long is told or goes back."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.campaigns.incidents import logbook, recipients, tasks
from keizoku.campaigns.incidents.models import Incident
from keizoku.campaigns.incidents.rules import MAXIMUM_AGES, State
from keizoku.kernel.actor import Actor

ACTOR = Actor.system("incidents")


def sweep() -> None:
    for incident_id in Incident.objects.filter(state=State.OPEN, recipients_fixed_at=None).values_list(
        "id", flat=True
    ):
        recipients.fix(incident_id)
    for state, age in MAXIMUM_AGES.items():
        old = Incident.objects.filter(state=state, state_since__lt=timezone.now() - timedelta(days=age.days))
        for incident in old:
            if age.then is None:
                tasks.remind(incident.id, state.value)
            else:
                _return(incident, state, age.then)


@transaction.atomic
def _return(incident: Incident, old: State, new: State) -> None:
    moved = Incident.objects.filter(id=incident.id, state=old).update(
        state=new, state_since=timezone.now(), close_asked_by=None
    )
    if moved:
        logbook.write(incident.id, "closing_lapsed", ACTOR)
        audit.record(
            actor=ACTOR,
            action="campaigns.incident.closing_lapsed",
            subject=("campaign", incident.campaign_id),
            details={"incident": incident.id},
        )
