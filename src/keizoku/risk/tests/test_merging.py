"""Ratings follow a merge at once; what holds a level up goes along, and nobody reads that it did."""

from datetime import timedelta

import pytest

from keizoku.customers.duplicates import actions, finding
from keizoku.customers.duplicates.tests.pairs import TODAY, merged, proposed, staff, two_rows_of_one_person
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.risk import circumstances
from keizoku.risk.actions import rate_everybody
from keizoku.risk.models import Circumstance, Rating, Standing
from keizoku.risk.rules.matter import Matter
from keizoku.risk.rules.scale import Level

RATER = Actor.system("test")


@pytest.fixture
def people(db):
    return staff()


@pytest.fixture
def two(people, make_customers):
    return two_rows_of_one_person(make_customers)


def test_survivor_is_rated_at_once_and_suspicion_goes_along_unseen(two, people):
    first, second = two
    today = business_today()
    circumstances.record_suspicion(
        second,
        Matter.REPORT_FILED,
        until_on=today + timedelta(days=30),
        note="届出",
        actor=people["other_proposer"],
        today=today,
    )
    assert Standing.objects.get(customer_id=first).level != Level.HIGH
    pair = proposed(first, people["proposer"])
    actions.approve(pair.id, digest=pair.proposal_digest, actor=people["approver"], today=today)
    assert Standing.objects.get(customer_id=first).level == Level.HIGH
    assert not Standing.objects.filter(customer_id=second).exists()
    assert Rating.objects.filter(customer_id=second).exists()
    rows = circumstances.circumstances_of(first, people["other_proposer"])
    assert [(row.matter, row.reason) for row in rows] == [(Matter.REPORT_FILED, "届出")]
    assert Circumstance.objects.filter(customer_id=second).count() == 1


def test_customer_merged_away_can_neither_be_rated_nor_merged_again(two, people):
    merged(two[0], people)
    assert rate_everybody(RATER, TODAY).customers == 1
    assert finding.find_everywhere().found == 0
