"""A relation that ends takes its open review with it."""

from datetime import date

import pytest

from keizoku.audit.models import Entry
from keizoku.customers.errors import EndingRefused
from keizoku.customers.models import ContactPoint, ContactStop, Customer
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_now, business_today
from keizoku.reviews import actions
from keizoku.reviews.models import Review
from keizoku.reviews.rules.states import State, may_decide
from keizoku.reviews.tests import people

SYSTEM = Actor.system("test")


def end(customer_id):
    return actions.end_relation(
        customer_id, on=date(2026, 10, 31), reason="request", actor=SYSTEM, today=business_today()
    )


def test_open_review_is_withdrawn_with_the_end(db, taro, review):
    assert end(taro) == 1
    assert Review.objects.get(id=review.id).state == State.WITHDRAWN
    assert ContactStop.objects.filter(customer_id=taro, campaign_id=None, reason="closed").exists()
    entry = Entry.objects.get(action="reviews.review.withdrawn")
    assert entry.details["because"] == "relation_ended"


def test_answer_that_waits_on_the_desk_is_withdrawn_too(db, taro, answered):
    assert end(taro) == 1
    assert Review.objects.get(id=answered.id).state == State.WITHDRAWN


def test_no_reviewer_can_withdraw_an_answer():
    assert not may_decide(State.ANSWERED, State.WITHDRAWN)
    assert may_decide(State.NEEDS_PERSON, State.WITHDRAWN)


def test_refused_end_leaves_the_review_open(db, taro, review):
    with pytest.raises(EndingRefused):
        actions.end_relation(
            taro, on=date(1999, 1, 1), reason="request", actor=SYSTEM, today=business_today()
        )
    assert Review.objects.get(id=review.id).state == State.OPEN
    assert Customer.objects.get(id=taro).state == "active"


def test_sweep_withdraws_what_a_file_has_closed_and_nothing_else(db, tmp_path):
    taro, hanako = people.import_customers(tmp_path, people.TARO, people.HANAKO)
    people.open_for(taro, hanako)
    Customer.objects.filter(id=taro).update(state="closed", closed_on=date(2026, 10, 31))
    assert actions.withdraw_closed(business_now()) == 1
    assert actions.withdraw_closed(business_now()) == 0
    assert list(Review.objects.order_by("customer_id").values_list("state", flat=True)) == [
        State.WITHDRAWN,
        State.OPEN,
    ]


def test_reopened_relation_is_rated_and_due_again(db, taro):
    from keizoku.risk.models import Standing

    people.use_standard_scorecard()
    end(taro)
    actions.reopen_relation(taro, reason="mistake", actor=SYSTEM, today=business_today())
    assert Customer.objects.values_list("state", "closed_on").get(id=taro) == ("active", None)
    assert Standing.objects.filter(customer_id=taro).exists()


def test_answer_through_the_link_proves_the_number(db, taro, review):
    people.answer_all(review.id)
    actions.submit_answer(review.id, entry="link")
    point = ContactPoint.objects.get(customer_id=taro, channel="phone")
    assert point.state == "reachable"
    assert point.evidence.startswith(f"line.answered campaign {people.CAMPAIGN}, ")


def test_answer_by_the_code_proves_no_channel(db, taro, answered):
    assert ContactPoint.objects.get(customer_id=taro, channel="phone").state == "unverified"
