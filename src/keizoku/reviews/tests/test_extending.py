"""A later deadline: silent customers can answer again, everybody else is left as he was."""

from datetime import timedelta

from keizoku.audit.models import Entry
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_now, business_today
from keizoku.reviews import actions
from keizoku.reviews.models import Review

BY = Actor.system("test")


def review(customer_id, **fields):
    now = business_now()
    told = {
        "campaign_id": 1,
        "reference": 10_000_000_000 + customer_id,
        "state": "open",
        "state_since": now,
        "opened_at": now,
        "closes_on": business_today() - timedelta(days=1),
    }
    return Review.objects.create(customer_id=customer_id, **(told | fields))


def test_expired_review_is_open_again_until_the_new_day(db, make_customers):
    first, second = make_customers(2)
    silent = review(first, state="unanswered")
    asked = review(second, state="unanswered", round=2)
    until = business_today() + timedelta(days=20)

    assert actions.extend([silent.id, asked.id], until, business_now(), actor=BY) == [silent.id, asked.id]

    assert list(Review.objects.order_by("id").values_list("state", "closes_on")) == [
        ("open", until),
        ("asked_again", until),
    ]
    assert actions.expire(business_now()) == 0
    entry = Entry.objects.get(action="reviews.deadline.extended")
    assert (entry.details["count"], entry.details["until"]) == (2, until.isoformat())


def test_review_that_is_not_over_yet_only_gets_the_later_day(db, make_customers):
    (one,) = make_customers(1)
    open_review = review(one, closes_on=business_today() + timedelta(days=3))
    since = open_review.state_since

    assert actions.extend(
        [open_review.id], business_today() + timedelta(days=9), business_now(), actor=BY
    ) == [open_review.id]

    open_review.refresh_from_db()
    assert (open_review.state, open_review.state_since) == ("open", since)


def test_answered_ended_and_newer_reviews_are_left_alone(db, make_customers):
    answered, ended, elsewhere, later = make_customers(4)
    from keizoku.customers.models import Customer

    kept = [
        review(answered, state="answered"),
        review(ended, state="unanswered"),
        review(elsewhere, state="unanswered"),
        review(later, closes_on=business_today() + timedelta(days=99)),
    ]
    Customer.objects.filter(id=ended).update(state="closed", closed_on=business_today())
    review(elsewhere, campaign_id=2, reference=99)
    before = list(Review.objects.order_by("id").values_list("id", "state", "closes_on"))

    assert (
        actions.extend(
            [one.id for one in kept], business_today() + timedelta(days=9), business_now(), actor=BY
        )
        == []
    )

    assert list(Review.objects.order_by("id").values_list("id", "state", "closes_on")) == before
    assert not Entry.objects.filter(action="reviews.deadline.extended").exists()
