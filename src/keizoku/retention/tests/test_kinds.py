"""Kinds beside the record: campaigns' detail, and holds that name a campaign."""

from datetime import date

import pytest
from django.db import connection

from keizoku.delivery import actions as delivery
from keizoku.retention.actions import holds, plans
from keizoku.retention.actions.destroying import destroy
from keizoku.retention.errors import PlanRefused
from keizoku.retention.tests.house import TODAY, approved, count

ENDED = "2024-01-10T00:00:00Z"


def finished_campaign(people, customers):
    """A finished campaign with a frozen audience, deliveries and a counter; its id."""
    from keizoku.campaigns.models import Campaign

    staff = int(people["operator"].id)
    campaign = Campaign.objects.create(name="前の確認", audience={"all": []}, answer_days=30, made_by=staff)
    with connection.cursor() as cursor:
        cursor.execute("SELECT campaigns_open_audience(%s)", [campaign.id])
        cursor.execute(
            f"INSERT INTO campaigns_audience_{campaign.id} SELECT %s, row_number() OVER (), id FROM unnest(%s::bigint[]) AS c (id)",
            [campaign.id, customers],
        )
        cursor.execute("SELECT campaigns_close_audience(%s)", [campaign.id])
    delivery.open_campaign(campaign.id)
    Campaign.objects.filter(id=campaign.id).update(ended_at=ENDED)
    return campaign.id


def leaves(campaign_id):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname = ANY(%s)",
            [
                [
                    f"{name}_{campaign_id}"
                    for name in (
                        "campaigns_audience",
                        "delivery_delivery",
                        "delivery_attempt",
                        "delivery_outcome",
                    )
                ]
            ],
        )
        return cursor.fetchone()[0]


def test_detail_of_a_finished_campaign_goes_and_the_campaign_stays(db, people, in_force, make_customers):
    campaign = finished_campaign(people, make_customers(3))
    assert leaves(campaign) == 4
    plan_id = approved(people, date(2026, 11, 21))

    destroy(plan_id)

    assert leaves(campaign) == 0
    assert count("campaigns_campaign", f"id = {campaign}") == 1


def test_held_customer_keeps_the_detail_of_his_campaign(db, people, in_force, make_customers):
    ids = make_customers(2)
    campaign = finished_campaign(people, ids)
    plan_id = approved(people)
    holds.place_hold(
        customer_id=ids[0],
        matter="police",
        reason="照会",
        until_on=None,
        actor=people["planner"],
        today=TODAY,
    )
    destroy(plan_id)
    assert leaves(campaign) == 4


def test_held_campaign_keeps_its_detail_and_comes_back(db, people, in_force, make_customers):
    campaign = finished_campaign(people, make_customers(1))
    hold = holds.place_hold(
        campaign_id=campaign,
        matter="inquiry",
        reason="照会",
        until_on=None,
        actor=people["planner"],
        today=TODAY,
    )
    assert holds.why(hold, people["planner"]).reason == "照会"
    with pytest.raises(PlanRefused):
        plans.make_plan(people["planner"], TODAY)
    assert leaves(campaign) == 4
    holds.lift_hold(hold, actor=people["planner"])
    destroy(approved(people))
    assert leaves(campaign) == 0
