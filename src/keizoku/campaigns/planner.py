"""Turns time into waves: whoever is due for a step now becomes a delivery, once.

Set-based and stateless: who is due is derived from reviews, deliveries, outcomes and receipts, so a planner that runs
twice, stops anywhere or starts late does no harm (``UNIQUE(customer, campaign, step)`` holds in the database). A wave opens
only while its course's calendar does, is no larger than what the paces still allow, and takes the longest due first.
"""

import time
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from keizoku.audit import actions as audit
from keizoku.campaigns import first_wave, sweeping
from keizoku.campaigns.approval.watching import watch
from keizoku.campaigns.journeys import courses
from keizoku.campaigns.journeys.models import Course
from keizoku.campaigns.journeys.rules.calendar import is_open, open_until
from keizoku.campaigns.journeys.rules.pace import HOUR, SLICE, Opened, day_start, least, may_go
from keizoku.campaigns.models import Campaign, Step
from keizoku.campaigns.rules import SENDING, State
from keizoku.campaigns.turns import Turn, turn
from keizoku.delivery import actions as delivery
from keizoku.delivery import queries as deliveries
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_now
from keizoku.kernel.logs import get_logger

log = get_logger(__name__)

ACTOR = Actor.system("planner")
LOCK: Final = 0x6B7A706C  # the planners' own place among advisory locks
# So that the first messages go while the rest is planned, and a stop finds little under way.
MOST_A_WAVE: Final = 50_000
# A look at a large audience that found nothing more to open rests ten times as long as it took.
SLOW_LOOK_S: Final = 0.5
REST: Final = 10
_not_before: dict[tuple[int, int, int], float] = {}


def plan_all() -> int:
    """One round over all campaigns; returns how many deliveries were opened.

    A campaign's fault keeps no other waiting: the first one is raised when all have been looked at.
    """
    now = business_now()
    opened, faults = 0, dict[int, Exception]()
    pause_what_delivery_halted()
    for campaign in Campaign.objects.filter(state__in=SENDING).order_by("id"):
        try:
            opened += _look_at(campaign, now)
        except Exception as fault:  # noqa: BLE001 - told and raised below
            faults[campaign.id] = fault
    sweeping.sweep(now)
    for campaign_id, met in faults.items():
        log.error("campaigns.planning_failed", campaign_id=campaign_id, fault=type(met).__name__)
    if faults:
        raise next(iter(faults.values()))
    return opened


def _look_at(campaign: Campaign, now: datetime) -> int:
    planned = plan(campaign, now)
    if planned == 0 and campaign.state == State.FIRST_WAVE:
        _halt_after_first_wave(campaign)
    if campaign.state == State.RUNNING:
        watch(campaign)
    return planned


def plan(campaign: Campaign, now: datetime) -> int:
    """Open the waves of one campaign that may be sent now, course by course; in its first wave, of nobody else."""
    opened = 0
    steps = list(campaign.steps.order_by("course", "ordinal"))
    for course in campaign.courses.order_by("ordinal"):
        calendar = courses.calendar_of(course)
        if not is_open(calendar, now):
            continue
        until = open_until(calendar, now)
        delivery.prolong_waves(campaign.id, course.ordinal, now=now, until=until)
        before = None
        for step in steps:
            if step.course == course.ordinal:
                opened += _open_step(campaign, course, step, before, now)
                before = step
    return opened


def _open_step(campaign: Campaign, course: Course, step: Step, before: Step | None, now: datetime) -> int:
    """One wave of one step, if nobody else plans this campaign and it still runs."""
    place = (campaign.id, course.ordinal, step.ordinal)
    if time.monotonic() < _not_before.get(place, 0):
        return 0
    began = time.monotonic()
    with transaction.atomic():
        if not _alone(campaign):
            return 0
        room = _room(campaign, course, step, now)
        most = MOST_A_WAVE if room is None else min(room, MOST_A_WAVE)
        assert campaign.launched_at is not None
        limit = first_wave.limit(campaign)
        due = turn(step, before, launched=campaign.launched_at, now=now, most=most, limit=limit)
        size = _open_wave(campaign, course, step, due, open_until(courses.calendar_of(course), now))
    took = time.monotonic() - began
    if size < most and took > SLOW_LOOK_S:
        _not_before[place] = time.monotonic() + REST * took
    return size


def _alone(campaign: Campaign) -> bool:
    """Whether the campaign is where it was and no other planner is at it.

    The campaign's row is not locked, so that a stop need not wait for a wave; what crosses a stop meets a closed gate.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, campaign.id])
        (alone,) = cursor.fetchone()
    assert campaign.state in SENDING
    return bool(alone) and Campaign.objects.filter(id=campaign.id, state=campaign.state).exists()


@transaction.atomic
def _halt_after_first_wave(campaign: Campaign) -> None:
    if _alone(campaign):
        first_wave.halt_if_done(campaign)


def _room(campaign: Campaign, course: Course, step: Step, now: datetime) -> int | None:
    """How many the paces of the course and of the step still allow; None without limit."""
    since = [now - SLICE, now - HOUR, day_start(now)]
    rooms = []
    for pace, ordinal in ((courses.pace_of(course), None), (courses.plan_of(step).pace, step.ordinal)):
        if pace.is_limited:
            last_slice, last_hour, today = deliveries.planned_since(
                campaign.id, course.ordinal, ordinal, since
            )
            rooms.append(
                may_go(
                    pace,
                    Opened(
                        last_slice.since,
                        last_hour.since,
                        today.since,
                        last_hour.waiting_from_before,
                        today.waiting_from_before,
                    ),
                )
            )
    return least(*rooms)


def _open_wave(campaign: Campaign, course: Course, step: Step, due: Turn, until: datetime | None) -> int:
    """Skip whom the step cannot or need not reach, and write to the others."""
    assert campaign.closes_on is not None
    with connection.cursor() as cursor:
        cursor.execute(due.skip, due.parameters)
    size = due.parameters["most"] and delivery.open_wave(
        campaign_id=campaign.id,
        step=step.ordinal,
        message_id=step.message_id,
        deadline=campaign.closes_on,
        recipients=due.recipients,
        parameters=due.parameters,
        course=course.ordinal,
        send_until=until,
    )
    if size:
        audit.record(
            actor=ACTOR,
            action="campaigns.wave.opened",
            subject=("campaign", campaign.id),
            details={"course": course.ordinal, "step": step.ordinal, "size": size},
        )
        log.info(
            "campaigns.wave_opened",
            campaign_id=campaign.id,
            course=course.ordinal,
            step=step.ordinal,
            size=size,
        )
    return size


def pause_what_delivery_halted() -> None:
    """A sending campaign whose gate is closed met a fault: paused, until a person has looked and resumes."""
    for campaign_id in deliveries.halted(
        list(Campaign.objects.filter(state__in=SENDING).values_list("id", flat=True))
    ):
        with transaction.atomic():
            if Campaign.objects.filter(id=campaign_id, state__in=SENDING).update(state=State.PAUSED):
                audit.record(
                    actor=ACTOR,
                    action="campaigns.campaign.paused_by_fault",
                    subject=("campaign", campaign_id),
                )
