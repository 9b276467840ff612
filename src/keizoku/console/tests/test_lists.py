"""Every whole page that needs no number, and those of one campaign: at most 15 statements, and not one more for more rows.

The walk goes over the routes, so that a new list cannot be forgotten. Two of everything are there at first, then more.
"""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from keizoku.accounts.models import Staff
from keizoku.accounts.rules import ROLES, may
from keizoku.campaigns.audiences.models import AudienceVersion, SavedAudience
from keizoku.campaigns.incidents.models import Incident
from keizoku.campaigns.journeys.models import Course, Journey, JourneyStep, JourneyVersion
from keizoku.campaigns.models import Campaign, Exclusion, Skip, Step
from keizoku.campaigns.silent.models import SilentCase
from keizoku.customers.casework.actions import Owner, open_task
from keizoku.customers.casework.rules import TaskKind
from keizoku.delivery import actions as delivery
from keizoku.delivery.models import Counter, Wave
from keizoku.events.models import Subscription
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_now, business_today
from keizoku.reviews.models import Review

MOST = 15
# Where one signs in or fills in a form nothing is listed.
NO_LISTS = ("-sign-in", "-sign-out", "-nowhere", "-new")
OF_CAMPAIGN = {
    "console-campaign",
    "console-campaign-progress",
    "console-campaign-numbers",
    "console-campaign-why",
    "console-campaign-unknown",
}
AUDIENCE = {"field": "kind", "operator": "equals", "value": "individual"}
SYSTEM = Actor.system("test")


WAYS = {
    "draft": (),
    "requested": (),
    "checking": ("first_wave", "checking"),
    "running": ("running",),
    "paused": ("running", "paused"),
    "stopped": ("running", "stopped"),
}


def a_campaign(number, state, made_by, approved_by, customers):
    """A campaign as it stands in this state, with two courses of three steps each, and what became of its people."""
    now, today = business_now(), business_today()
    campaign = Campaign.objects.create(
        name=f"キャンペーン{number}", audience=AUDIENCE, answer_days=30, made_by=made_by
    )
    for course in (1, 2):
        condition = AUDIENCE if course == 1 else None
        Course.objects.create(
            campaign=campaign, ordinal=course, name=f"区分{course}", condition=condition, people=2
        )
        for step in (1, 2, 3):
            words = a_message(f"{number}-{course}-{step}")
            Step.objects.create(
                campaign=campaign,
                course=course,
                ordinal=step,
                channel="email",
                wait_days=3,
                message_id=words,
                people=1,
            )
    if state == "draft":
        return campaign
    of, size = Campaign.objects.filter(id=campaign.id), 1 if state == "checking" else 0
    Exclusion.objects.create(campaign=campaign, customer_id=customers[0], reason="opted_out")
    of.update(
        state="requested", requested_by=made_by, requested_at=now, audience_count=4, first_wave_size=size
    )
    if state != "requested":
        of.update(state="launching", approved_by=approved_by, approved_at=now)
        sent(campaign, customers)
        of.update(launched_at=now, closes_on=today + timedelta(days=30))
    for following in WAYS[state]:
        of.update(state=following)
    return campaign


def a_message(name):
    return delivery.write_message(
        channel="email",
        name=name,
        subject="お願い",
        body="受付番号 {reference}",
        button_label="",
        actor=SYSTEM,
    )


def sent(campaign, customers):
    """Waves, what became of them, silent customers, an incident."""
    now, today = business_now(), business_today()
    for step in campaign.steps.all():
        of_step = {"campaign_id": campaign.id, "step": step.ordinal, "channel": "email"}
        wave = Wave.objects.create(
            **of_step, course=step.course, message_id=step.message_id, deadline=today, size=9
        )
        for result in ("accepted", "rejected", "unknown"):
            Counter.objects.create(**of_step, wave=wave, result=result, count=3, day=today)
    for place, customer in enumerate(customers):
        Skip.objects.create(
            campaign=campaign, step=place + 1, customer_id=customer, reason="no_email", at=now
        )
        review = Review.objects.create(
            customer_id=customer,
            campaign_id=campaign.id,
            reference=campaign.id * 1000 + place,
            state="unanswered",
            state_since=now,
            opened_at=now,
            closes_on=today,
        )
        SilentCase.objects.create(
            campaign=campaign,
            customer_id=customer,
            review_id=review.id,
            state_since=now,
            opened_at=now,
            opened_on=today,
            opened_because="deadline",
            reach="accepted",
        )
    Incident.objects.create(campaign=campaign, kind="doubtful", known_on=today)


def add(number, staff, customers):
    """One more of everything; returns the campaigns by state."""
    now, maker = (
        business_now(),
        Staff.objects.create(login=f"m{number}", display_name=f"作成{number}", role="operator"),
    )
    approver = staff["approver"].id
    campaigns = {
        state: a_campaign(f"{number}{state}", state, maker.id, approver, customers) for state in WAYS
    }
    saved = SavedAudience.objects.create(name=f"対象{number}", made_by=maker.id)
    AudienceVersion.objects.create(audience=saved, number=1, condition=AUDIENCE, digest="d", made_by=maker.id)
    journey = Journey.objects.create(name=f"手順{number}", made_by=f"staff:{maker.id}")
    version = JourneyVersion.objects.create(
        journey=journey, number=1, digest="d", made_by=f"staff:{maker.id}"
    )
    message = Step.objects.filter(campaign=campaigns["draft"]).values_list("message_id", flat=True)[0]
    for ordinal in (1, 2):
        JourneyStep.objects.create(
            version=version, ordinal=ordinal, channel="email", wait_days=3, message_id=message
        )
    Subscription.objects.create(
        name=f"送り先{number}",
        url="https://example.jp/",
        kinds=[],
        secret=b"\0",
        made_by=f"staff:{maker.id}",
        made_at=now,
    )
    open_task(
        TaskKind.OTHER,
        f"確かめる{number}",
        owner=Owner(staff=staff["operator"].id),
        due_on=business_today(),
        actor=maker.actor,
        today=business_today(),
        customer_id=customers[0],
    )
    return campaigns


def asked_by(browser, campaigns):
    """Page → how many statements it took for the role that may most among those that may open it."""
    found = {}
    clients = {role: browser(role) for role in ROLES}
    for pattern in get_resolver("keizoku.console.urls").url_patterns:
        name, permission = pattern.name, getattr(pattern.callback, "keizoku_permission", "")
        if not permission or name.endswith(NO_LISTS):
            continue
        if pattern.pattern.converters and name not in OF_CAMPAIGN:
            continue
        role = max((role for role in ROLES if may(role, permission)), key=lambda role: len(ROLES[role]))
        for state, campaign in campaigns.items() if name in OF_CAMPAIGN else [("", None)]:
            with CaptureQueriesContext(connection) as asked:
                answer = clients[role].get(reverse(name, args=[campaign.id] if campaign else []))
            if answer.status_code == HTTPStatus.OK and answer["Content-Type"].startswith("text/html"):
                found[f"{name} {state}".strip()] = len(asked)
    return found


@pytest.fixture
def two_of_each(staff, customers):
    add(1, staff, customers)
    return add(2, staff, customers)


def test_every_list_takes_at_most_15_statements_and_not_more_for_more_rows(
    browser, staff, customers, two_of_each
):
    few = asked_by(browser, two_of_each)
    assert {page: count for page, count in few.items() if count > MOST} == {}
    for number in range(3, 7):
        add(number, staff, customers)
    many = asked_by(browser, two_of_each)
    assert {page: (few[page], many[page]) for page in few if many[page] > few[page]} == {}
    assert {
        "console-home",
        "console-keys",
        "console-campaign running",
        "console-campaign checking",
    } <= few.keys()
