"""Open reviews of a customer merged away end; an answer that waits is never thrown away."""

import pytest

from keizoku.customers.duplicates import actions
from keizoku.customers.duplicates.tests.pairs import TODAY, merged, proposed, staff, two_rows_of_one_person
from keizoku.customers.errors import DuplicateRefused
from keizoku.customers.models import Customer
from keizoku.reviews.models import Review
from keizoku.reviews.rules.states import State
from keizoku.reviews.tests.people import open_for


def test_open_review_of_the_one_merged_away_is_withdrawn_and_the_survivor_s_goes_on(db, make_customers):
    first, second = two_rows_of_one_person(make_customers)
    open_for(first, second)
    merged(first, staff())
    assert dict(Review.objects.values_list("customer_id", "state")) == {
        first: State.OPEN,
        second: State.WITHDRAWN,
    }


def test_merge_waits_for_an_answer_on_the_desk(db, make_customers):
    first, second = two_rows_of_one_person(make_customers)
    open_for(second)
    Review.objects.update(state=State.ANSWERED)
    people = staff()
    pair = proposed(first, people["proposer"])
    with pytest.raises(DuplicateRefused, match="審査を待っています"):
        actions.approve(pair.id, digest=pair.proposal_digest, actor=people["approver"], today=TODAY)
    assert Customer.objects.get(id=second).state == "active"
    assert Review.objects.get().state == State.ANSWERED
