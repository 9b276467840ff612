from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from keizoku.accounts.errors import NotPermitted
from keizoku.audit import actions as audit
from keizoku.audit.models import Entry
from keizoku.customers.models import Task
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_now, business_today
from keizoku.reviews.actions import decide
from keizoku.reviews.errors import OpenAlready
from keizoku.reviews.models import Decision, Review
from keizoku.reviews.quality import actions, drawing, queries
from keizoku.reviews.quality.errors import CheckRefused, OwnDecision
from keizoku.reviews.quality.models import QualityCheck
from keizoku.reviews.quality.rules import MAXIMUM_AGES, FollowUp, State, is_drawn, subject
from keizoku.reviews.rules.reasons import Outcome
from keizoku.reviews.tests import people

SYSTEM = Actor.system("test")


@pytest.fixture
def drawn(answered, reviewer):
    """A rejection of Taro's answer that is put up, since all are."""
    actions.set_share(100, SYSTEM)
    decide(answered.id, Outcome.REJECT, "implausible", reviewer)
    return QualityCheck.objects.get()


def test_share_of_keyed_digests_is_met_and_what_is_not_asked_for_is_not_drawn():
    from keizoku.kernel.crypto import blind_index

    tokens = [blind_index.token("quality", subject("checked", number, 1)) for number in range(4000)]
    drawn = sum(is_drawn(token, 10) for token in tokens)
    assert 270 < drawn < 530, "nearly seven deviations: the key is another in every run"
    assert not any(is_drawn(token, 0) for token in tokens)
    assert all(is_drawn(token, 100) for token in tokens)
    held_back = [blind_index.token("quality", subject("held_back", number, 1)) for number in range(4000)]
    both = sum(
        is_drawn(one, 10) and is_drawn(other, 10) for one, other in zip(tokens, held_back, strict=True)
    )
    assert both < 80, "one draw says nothing of the other"


def test_reviewers_own_share_goes_before_everybodys_and_the_newest_counts(answered, reviewer):
    other = people.make_staff("other")
    actions.set_share(100, SYSTEM)
    actions.set_share(0, SYSTEM, staff_id=reviewer.pk)
    decide(answered.id, Outcome.REJECT, "implausible", reviewer)
    assert not QualityCheck.objects.exists()
    assert drawing.share_of(Decision(decided_by=other, decided_at=business_now())) == 100
    actions.set_share(7, SYSTEM, staff_id=reviewer.pk)
    assert [(row.staff_id, row.percent) for row in queries.shares()] == [(None, 100), (reviewer.pk, 7)]
    assert drawing.share_of(Decision(decided_by=reviewer, decided_at=business_now())) == 7
    with pytest.raises(CheckRefused):
        actions.set_share(101, SYSTEM)
    with pytest.raises(NotPermitted):
        actions.set_share(1, reviewer.actor)


def test_draw_is_proved_again_and_what_was_taken_away_or_added_is_named(drawn, answered):
    with CaptureQueriesContext(connection) as asked:
        proof = drawing.prove()
    assert sum("reviews_qualityshare" in query["sql"] for query in asked) == 1, "however many were decided"
    assert (proof.looked_at, proof.drawn, proof.is_right) == (1, 1, True)
    decision = drawn.decision
    later = decision.decided_at - timedelta(seconds=1)
    from keizoku.reviews.quality.models import QualityShare

    QualityShare.objects.create(staff_id=decision.decided_by_id, percent=0, set_by="staff:1", set_at=later)
    assert drawing.prove().extra == (decision.id,)


def test_second_person_finds_it_proper_with_an_encrypted_note(drawn, compliance):
    actions.find_proper(drawn.id, compliance, note="記録と照らして問題なし")
    drawn.refresh_from_db()
    assert (drawn.state, drawn.checked_by_id, drawn.finding) == ("proper", compliance.pk, "")
    assert "照らして".encode() not in bytes(drawn.note or b"")
    grant = audit.grant_read(actor=SYSTEM, purpose="test", subjects=[drawn.review.customer_id])
    opened = queries.check(drawn.id, compliance, grant)
    assert (opened.note, opened.is_own, opened.row.decided_by) == (
        "記録と照らして問題なし",
        False,
        f"staff:{drawn.decision.decided_by_id}",
    )
    with pytest.raises(CheckRefused):
        actions.find_improper(drawn.id, "wrong_outcome", compliance)
    assert Entry.objects.filter(action="reviews.quality.found_proper").count() == 1


def test_who_decided_does_not_check_whatever_the_code_says(drawn, reviewer):
    with pytest.raises(OwnDecision):
        actions.find_proper(drawn.id, reviewer)
    with pytest.raises(IntegrityError, match="does not check"), transaction.atomic():
        QualityCheck.objects.filter(id=drawn.id).update(state="proper", checked_by=reviewer)
    with pytest.raises(NotPermitted):
        actions.find_proper(drawn.id, people.make_staff("operator", "operator"))
    with pytest.raises(CheckRefused):
        actions.find_proper(drawn.id, people.make_staff("second"), note="番号は983205673214")
    drawn.refresh_from_db()
    assert drawn.state == State.WAITING


def test_who_decided_does_not_settle_what_was_found_either(drawn, reviewer, compliance):
    actions.find_improper(drawn.id, "wrong_outcome", compliance)
    with pytest.raises(OwnDecision):
        actions.settle(drawn.id, FollowUp.NOTHING, reviewer)
    with pytest.raises(IntegrityError, match="does not check"), transaction.atomic():
        QualityCheck.objects.filter(id=drawn.id).update(state="settled", settled_by=reviewer)
    drawn.refresh_from_db()
    assert (drawn.state, drawn.settled_by) == (State.IMPROPER, None)


@pytest.mark.parametrize("follow_up", FollowUp)
def test_improper_decision_changes_nothing_until_a_person_says_what_follows(drawn, compliance, follow_up):
    with pytest.raises(CheckRefused):
        actions.find_improper(drawn.id, "no such reason", compliance)
    with pytest.raises(CheckRefused):
        actions.settle(drawn.id, follow_up, compliance)
    actions.find_improper(drawn.id, "wrong_outcome", compliance)
    assert (Task.objects.count(), Review.objects.count()) == (0, 1)

    actions.settle(drawn.id, follow_up, compliance)

    drawn.refresh_from_db()
    assert (drawn.state, drawn.follow_up) == ("settled", follow_up.value)
    opened = Review.objects.exclude(id=drawn.review_id)
    # A new review belongs to no campaign, which would write to the customer: a person is asked to tell him.
    assert Task.objects.count() == (follow_up is not FollowUp.NOTHING)
    assert [(one.campaign_id, one.state, one.closes_on) for one in opened] == (
        [(None, "open", business_today() + actions.ANSWER_WITHIN)] if follow_up is FollowUp.REVIEW else []
    )
    assert drawn.review.state == "rejected"


def test_customer_who_is_being_asked_is_not_asked_twice(drawn, compliance):
    people.open_for(drawn.review.customer_id, campaign_id=72)
    actions.find_improper(drawn.id, "wrong_outcome", compliance)
    with pytest.raises(OpenAlready):
        actions.settle(drawn.id, FollowUp.REVIEW, compliance)
    drawn.refresh_from_db()
    assert drawn.state == "improper"


def test_check_that_waits_too_long_is_marked_once(drawn, compliance):
    now = business_now()
    assert actions.escalate(now + timedelta(days=MAXIMUM_AGES[State.WAITING].days - 1)) == 0
    late = now + timedelta(days=MAXIMUM_AGES[State.WAITING].days + 1)
    assert (actions.escalate(late), actions.escalate(late)) == (1, 0)
    assert queries.checks()[0].is_late
    actions.find_improper(drawn.id, "note_missing", compliance)
    assert not queries.checks()[0].is_late
    assert actions.escalate(now + timedelta(days=MAXIMUM_AGES[State.IMPROPER].days + 1)) == 1


def test_findings_are_counted_by_who_decided_and_by_reason(drawn, compliance, reviewer):
    actions.find_improper(drawn.id, "wrong_outcome", compliance)
    (row,) = queries.counts()
    assert (
        row.decided_by,
        row.policy,
        row.decisions,
        row.drawn,
        row.checked,
        row.improper,
        row.findings,
    ) == (
        f"staff:{reviewer.pk}",
        None,
        1,
        1,
        1,
        1,
        (("結論が違う", 1),),
    )
    assert queries.waiting() == {State.WAITING: 0, State.IMPROPER: 1}
