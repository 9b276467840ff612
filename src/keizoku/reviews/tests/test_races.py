"""Two at once, with real commits: the second is made to wait for the first, never by a sleep."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from keizoku.customers.models import ContactStop
from keizoku.kernel.clock import business_now, business_today
from keizoku.reviews import errors
from keizoku.reviews.actions import (
    answer_question,
    ask_for_help,
    assign_next,
    identify,
    open_reviews,
    submit_answer,
)
from keizoku.reviews.actions.assigning import locked
from keizoku.reviews.desk.models import DeskCase
from keizoku.reviews.models import Answer, Identification, Review
from keizoku.reviews.policies.deciding import judge_one
from keizoku.reviews.rules.reasons import HelpKind
from keizoku.reviews.rules.states import State
from keizoku.reviews.tests.people import (
    HANAKO,
    SAME,
    TARO,
    TARO_ACCOUNT,
    answer_all,
    import_customers,
    make_staff,
    open_for,
)


@pytest.fixture
def beside():
    """Run a function in a thread of its own connection."""
    with ThreadPoolExecutor(max_workers=1) as pool:

        def run(function):
            def closing():
                try:
                    return function()
                finally:
                    connections.close_all()

            return pool.submit(closing)

        yield run


def wait_until_blocked() -> None:
    """Return when another connection waits for a lock of this one; fails if it never does."""
    for _ in range(20_000):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("the other connection never waited")


def test_two_submissions_at_once_give_one_answer_and_one_receipt(committed_db, tmp_path, beside):
    (review,) = open_for(*import_customers(tmp_path))
    answer_all(review.id)

    with transaction.atomic():
        first = submit_answer(review.id, entry="link")
        second = beside(lambda: submit_answer(review.id, entry="code"))
        wait_until_blocked()

    assert second.result(timeout=60) == first
    assert Answer.objects.get().entry == "link"
    assert ContactStop.objects.count() == 1


def test_answer_saved_beside_a_submission_is_refused(committed_db, tmp_path, beside):
    (review,) = open_for(*import_customers(tmp_path))
    answer_all(review.id)

    with transaction.atomic():
        submit_answer(review.id, entry="link")
        late = beside(lambda: answer_question(review.id, 1, SAME))
        wait_until_blocked()

    with pytest.raises(errors.ReviewClosed):
        late.result(timeout=60)


def test_two_campaigns_opening_at_once_open_one_review(committed_db, tmp_path, beside):
    (taro,) = import_customers(tmp_path)
    closes_on, now = business_today() + timedelta(days=30), business_now()

    def open_for_second():
        return open_reviews(
            campaign_id=2,
            members_sql="SELECT 1 AS seq, %s::bigint AS customer_id, '' AS questionnaire",
            params=[taro],
            closes_on=closes_on,
            now=now,
        )

    with transaction.atomic():
        open_for(taro, campaign_id=1)
        second = beside(open_for_second)
        wait_until_blocked()

    result = second.result(timeout=60)
    assert (result.opened, result.already_open_elsewhere) == (0, 1)
    assert Review.objects.get().campaign_id == 1


def test_answer_and_a_second_campaigns_opening_leave_one_review(committed_db, tmp_path, beside):
    """While the answer is being handed in, the customer is not free for another campaign."""
    (review,) = open_for(*import_customers(tmp_path), campaign_id=1)
    answer_all(review.id)

    with transaction.atomic():
        submit_answer(review.id, entry="link")
        second = beside(lambda: open_for(review.customer_id, campaign_id=2))
        assert second.result(timeout=60) == []

    assert [(each.campaign_id, each.state) for each in Review.objects.all()] == [(1, State.ANSWERED)]


def test_parallel_wrong_identifications_are_counted_one_by_one(committed_db, tmp_path, beside):
    (review,) = open_for(*import_customers(tmp_path))
    wrong_day = review.opened_at.date()

    def guess() -> None:
        with pytest.raises(errors.IdentityMismatch):
            identify(review.id, wrong_day, TARO_ACCOUNT)

    guess()
    with transaction.atomic():
        guess()
        other = beside(guess)
        wait_until_blocked()
    other.result(timeout=60)

    assert Identification.objects.get().failures == 3


def test_two_reviewers_at_once_never_get_one_case(committed_db, tmp_path, beside):
    """The first holds the soonest due case in a transaction that is not over; the second passes it over without waiting."""
    first, second = (review.id for review in open_for(*import_customers(tmp_path, TARO, HANAKO)))
    for review in (first, second):
        ask_for_help(review, HelpKind.HELP)
    one, other, third = make_staff("one"), make_staff("other"), make_staff("third")
    with transaction.atomic():
        taken = assign_next(one)
        assert beside(lambda: assign_next(other)).result(timeout=60) == ({first, second} - {taken}).pop()
        assert beside(lambda: assign_next(third)).result(timeout=60) is None
    assert DeskCase.objects.get(review_id=taken).held_by_id == one.pk


def test_judging_waits_for_a_reviewers_decision_and_never_stands_in_its_way(committed_db, tmp_path, beside):
    """Both take the review first; the other way round the database would end one of them as a deadlock."""
    (review,) = open_for(*import_customers(tmp_path))
    ask_for_help(review.id, HelpKind.HELP)
    reviewer = make_staff()
    with transaction.atomic():
        Review.objects.select_for_update().get(id=review.id)
        judged = beside(lambda: judge_one(review.id))
        wait_until_blocked()
        assert locked(review.id, reviewer).review_id == review.id
    assert judged.result(timeout=60) is None
