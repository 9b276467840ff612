from datetime import date

from django.db import connection
from django.utils import timezone

from keizoku.campaigns import actions, defaults, planner
from keizoku.campaigns.audiences.counting import preview
from keizoku.campaigns.models import Campaign, Skip
from keizoku.campaigns.rules import StepPlan
from keizoku.campaigns.tests.walking import EVERYBODY, launch
from keizoku.customers.contact.actions import Proof, take_evidence
from keizoku.customers.contact.rules import Sign
from keizoku.delivery.actions import write_message
from keizoku.kernel.actor import Actor

DAY = date(2026, 11, 22)


def test_state_of_a_contact_point_is_an_audiences_condition(db, make_customers):
    one, _ = make_customers(2)
    proof = Proof(one, "phone", "line", Sign.DELIVERED, 3, timezone.now(), DAY)
    take_evidence([proof], Actor.system("test"))
    condition = {"field": "phone_state", "operator": "equals", "value": "reachable"}
    assert preview({"all": [condition]}, ["line"], DAY).included == 1


def test_address_that_letters_come_back_from_is_not_written_to_again_and_the_next_step_follows(
    staff, plan, make_customers
):
    gone, there, doubted = make_customers(3)
    now = timezone.now()
    take_evidence(
        [
            Proof(gone, "address", "letter", Sign.BOUNCED, 1, now, DAY),
            Proof(doubted, "email", "email", Sign.BOUNCED, 1, now, DAY),
        ],
        Actor.system("test"),
    )
    words = defaults.LETTER
    letter = write_message(
        channel="letter",
        name="手紙",
        subject=words.subject,
        body=words.body,
        button_label=words.button_label,
        actor=Actor.system("test"),
    )
    campaign = actions.draft(
        name="手紙",
        audience=EVERYBODY,
        steps=[StepPlan("letter", 0, letter), StepPlan("line", 7, plan[0].message_id)],
        answer_days=30,
        staff=staff["operator"],
    )
    actions.request_approval(campaign, staff["operator"])
    count = Campaign.objects.get(id=campaign).audience_count
    actions.approve(campaign, typed_count=count, staff=staff["approver"])
    launch()

    planner.plan_all()

    skips = Skip.objects.filter(campaign_id=campaign).values_list("customer_id", "step", "reason")
    assert list(skips) == [(gone, 1, "address_unreachable")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT customer_id, step FROM delivery_delivery WHERE campaign_id = %s", [campaign])
        written = cursor.fetchall()
    assert sorted(written) == [(gone, 2), (there, 1), (doubted, 1)]
