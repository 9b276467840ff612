from datetime import timedelta

from keizoku.audit.models import Entry
from keizoku.audit.rules import ids_digest
from keizoku.forms.models import Draft
from keizoku.kernel.clock import business_now, business_today
from keizoku.reviews import jobs
from keizoku.reviews.actions import answer_question, escalate, expire, forget_guesses
from keizoku.reviews.models import CodeGuess, Review
from keizoku.reviews.rules.states import MAXIMUM_AGES, State
from keizoku.reviews.tests.people import SAME


def test_review_past_its_deadline_ends_unanswered_with_its_draft(review):
    answer_question(review.id, 1, SAME)
    Review.objects.update(closes_on=business_today() - timedelta(days=1))

    assert expire(business_now()) == 1

    review.refresh_from_db()
    assert review.state == State.UNANSWERED
    assert Draft.objects.count() == 0
    entry = Entry.objects.get(action="reviews.review.expired")
    assert entry.details == {"from_state": "open", "count": 1, "ids_digest": ids_digest([review.id])}


def test_sweeping_twice_or_early_changes_nothing(review):
    Review.objects.update(closes_on=business_today())
    assert expire(business_now()) == 0
    assert expire(business_now() + timedelta(days=1)) == 1
    assert expire(business_now() + timedelta(days=1)) == 0


def test_round_asked_again_expires_too(review):
    Review.objects.update(state=State.ASKED_AGAIN, closes_on=business_today() - timedelta(days=1))
    assert expire(business_now()) == 1


def test_answer_that_nobody_decides_is_escalated_once(answered):
    assert expire(business_now() + timedelta(days=400)) == 0
    assert escalate(business_now() + timedelta(days=13)) == 0
    assert escalate(business_now() + timedelta(days=15)) == 1
    assert escalate(business_now() + timedelta(days=16)) == 0
    answered.refresh_from_db()
    assert (answered.state, answered.escalated_at is not None) == (State.ANSWERED, True)


def test_no_state_waits_for_ever(review):
    """Whatever state that is not final a review is in, after its age and a day a sweeper has dealt with it."""
    for state, age in MAXIMUM_AGES.items():
        Review.objects.update(state=state, state_since=business_now(), escalated_at=None)
        later = business_now() + timedelta(days=(age.days or 30) + 2)
        assert expire(later) + escalate(later) == 1


def test_counters_are_forgotten_when_no_window_looks_at_them(db):
    now = business_now()
    CodeGuess.objects.create(source=b"a" * 16, minute=now)
    CodeGuess.objects.create(source=b"a" * 16, minute=now - timedelta(hours=1))
    assert forget_guesses() == 1
    assert CodeGuess.objects.get().minute == now


def test_periodic_job_sweeps(review):
    Review.objects.update(closes_on=business_today() - timedelta(days=1))
    jobs.sweep()
    review.refresh_from_db()
    assert review.state == State.UNANSWERED
