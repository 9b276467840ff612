"""Ends what waits too long: requests, launches, first waves, and whatever is past its last day to answer."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.campaigns import first_wave
from keizoku.campaigns.approval.models import TrialSend
from keizoku.campaigns.audiences.freezing import thaw
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import MAX_DAYS, TRANSITIONS, State
from keizoku.delivery import actions as delivery
from keizoku.delivery import ending
from keizoku.delivery.ports import Result
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO

ACTOR = Actor.system("planner")
LONGEST_TRIAL_SEND = timedelta(hours=1)
OVER = (State.STOPPED, State.FINISHED)
ENDS_BY_ITSELF = [state for state, after in TRANSITIONS.items() if State.FINISHED in after]


def sweep(now: datetime) -> None:
    """One round; ``now`` is business time, by which deadlines to answer count."""
    finish_what_is_over(now)
    for campaign in _too_long(State.REQUESTED):
        _lapse(campaign)
    for campaign in _too_long(State.FIRST_WAVE):
        first_wave.halt(campaign)
    for state in (State.LAUNCHING, State.CHECKING):
        for campaign in _too_long(state):
            _stop(campaign, state)


def close_what_is_over() -> int:
    """Close the chunks of campaigns that are over: whoever waits in them is counted as skipped. Returns how many chunks."""
    waiting = Campaign.objects.filter(id__in=ending.with_unclosed_chunks(), state__in=OVER)
    return sum(ending.close_chunks(campaign.id) for campaign in waiting.order_by("id"))


def give_up_trial_sends() -> int:
    """A message to oneself whose process died before the carrier's answer: nobody knows. Returns how many."""
    before = timezone.now() - LONGEST_TRIAL_SEND
    return TrialSend.objects.filter(result="", sent_at__lt=before).update(
        result=Result.UNKNOWN.value, code="worker_lost"
    )


def finish_what_is_over(now: datetime) -> None:
    """Finish campaigns past their last day to answer."""
    today = now.astimezone(TOKYO).date()
    for campaign in Campaign.objects.filter(state__in=ENDS_BY_ITSELF, closes_on__lt=today):
        with transaction.atomic():
            moved = Campaign.objects.filter(id=campaign.id, state=campaign.state).update(
                state=State.FINISHED, ended_at=timezone.now()
            )
            if moved:
                delivery.set_gate(campaign.id, is_open=False)
                audit.record(
                    actor=ACTOR, action="campaigns.campaign.finished", subject=("campaign", campaign.id)
                )


def _too_long(state: State) -> list[Campaign]:
    return list(
        Campaign.objects.filter(
            state=state, state_since__lt=timezone.now() - timedelta(days=MAX_DAYS[state])
        ).order_by("id")
    )


@transaction.atomic
def _stop(campaign: Campaign, state: State) -> None:
    """Nobody, or nothing, has moved it: the safe end is not to send."""
    moved = Campaign.objects.filter(id=campaign.id, state=state).update(
        state=State.STOPPED, ended_at=timezone.now()
    )
    if moved:
        delivery.set_gate(campaign.id, is_open=False)
        audit.record(
            actor=ACTOR,
            action="campaigns.campaign.stopped_unattended",
            subject=("campaign", campaign.id),
            details={"state": state.value, "days": MAX_DAYS[state]},
        )


@transaction.atomic
def _lapse(campaign: Campaign) -> None:
    """A request that nobody approved goes back to its maker."""
    moved = Campaign.objects.filter(id=campaign.id, state=State.REQUESTED).update(
        state=State.DRAFT,
        audience_digest="",
        audience_count=None,
        excluded_count=None,
        first_wave_size=None,
        request_digest="",
    )
    if moved:
        thaw(campaign.id)
        audit.record(actor=ACTOR, action="campaigns.request.lapsed", subject=("campaign", campaign.id))
