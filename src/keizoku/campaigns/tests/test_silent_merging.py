"""Silent cases of a customer merged away end with that reason, whatever stood before; a confirmed restriction is not lost."""

import pytest

from keizoku.campaigns.models import Campaign
from keizoku.campaigns.silent.models import SilentCase, SilentEvent
from keizoku.campaigns.tests.silence import stop
from keizoku.customers.duplicates.tests.pairs import merged, staff, two_rows_of_one_person
from keizoku.customers.models import Task
from keizoku.kernel.clock import business_now, business_today


def case_of(customer):
    campaign = Campaign.objects.create(name="期日到来", audience={}, answer_days=30, made_by=1)
    return SilentCase.objects.create(
        campaign=campaign,
        customer_id=customer,
        review_id=1,
        state_since=business_now(),
        opened_at=business_now(),
        opened_on=business_today(),
        opened_because="deadline",
        reach="delivered",
    )


@pytest.fixture
def pair(db, make_customers):
    return two_rows_of_one_person(make_customers)


@pytest.mark.parametrize("stopped_before", [False, True])
def test_case_of_the_one_merged_away_ends_once_and_the_survivor_s_goes_on(pair, stopped_before):
    first, second = pair
    if stopped_before:
        stop(second, "opted_out")
    kept, gone = case_of(first), case_of(second)
    merged(first, staff())
    states = dict(SilentCase.objects.values_list("customer_id", "state"))
    assert states == {first: "open", second: "released"}
    gone.refresh_from_db()
    assert (gone.reason, kept.reason) == ("merged", "")
    (event,) = SilentEvent.objects.filter(case=gone)
    assert (event.from_state, event.to_state, event.reason) == ("open", "released", "merged")


def test_confirmed_restriction_becomes_a_task_about_the_survivor(pair):
    first, second = pair
    case_of(second)
    SilentCase.objects.update(state="proposed", measure="remittance_abroad", proposed_by=1)
    SilentCase.objects.update(state="restricted", confirmed_by=2)
    merged(first, staff())
    (task,) = Task.objects.filter(origin__startswith="silent-merged:")
    assert (task.customer_id, task.owner_role) == (first, "compliance")
    assert SilentCase.objects.get().measure == ""
