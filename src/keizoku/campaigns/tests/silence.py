"""A campaign whose customers were silent, for the tests of cases, restrictions and proofs.

Imported by name, fixtures included.
"""

from datetime import timedelta

import pytest
from django.db.models import Sum

from keizoku.accounts.models import Staff
from keizoku.campaigns import actions, planner
from keizoku.campaigns.silent import opening
from keizoku.campaigns.silent.models import SilentCase, SilentCount
from keizoku.campaigns.tests.walking import work
from keizoku.customers import actions as customers
from keizoku.kernel import clock
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_now, business_today
from keizoku.reviews import actions as reviews


@pytest.fixture
def people(staff):
    made = {
        role: Staff.objects.create(login=f"{role}-2", display_name=role, role=role)
        for role in ("compliance", "approver")
    }
    return {"operator": staff["operator"], **made, "other": staff["approver"]}


@pytest.fixture
def over(requested, staff):
    """The campaign of four: sent by LINE and mail, its deadline past, its reviews expired."""
    actions.approve(requested[0], typed_count=4, staff=staff["approver"])
    work()
    clock.advance(timedelta(days=8))
    work()
    clock.advance(timedelta(days=24))
    planner.plan_all()
    reviews.expire(business_now())
    return requested


@pytest.fixture
def cases(over):
    assert opening.look(business_now()) == 4
    return list(SilentCase.objects.order_by("id"))


def stop(customer, reason, campaign=None):
    customers.stop_contact(
        customer_id=customer, campaign_id=campaign, reason=reason, actor=Actor.system("test")
    )


def counts():
    rows = SilentCount.objects.values_list("state").annotate(total=Sum("count"))
    return {state: total for state, total in rows if total}


def states():
    return dict(SilentCase.objects.order_by("customer_id").values_list("customer_id", "state"))


def tomorrow(days=1):
    return business_today() + timedelta(days=days)
