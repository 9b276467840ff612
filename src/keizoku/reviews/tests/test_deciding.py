from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from keizoku.audit import actions as audit
from keizoku.audit.models import Entry
from keizoku.customers import queries as customers
from keizoku.customers.contact import lifting
from keizoku.customers.errors import StopKept
from keizoku.customers.models import ContactStop, Customer, Fact, Task
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.reviews import errors
from keizoku.reviews.actions import (
    ask_for_help,
    assign_next,
    decide,
    find_by_token,
    open_case,
    release_case,
    submit_answer,
)
from keizoku.reviews.desk.models import DeskCase
from keizoku.reviews.models import Answer, Decision
from keizoku.reviews.rules.asking_again import AskAgain
from keizoku.reviews.rules.reasons import HelpKind, Outcome
from keizoku.reviews.rules.states import State
from keizoku.reviews.tests.people import (
    ANSWERS,
    SAME,
    answer_all,
    import_customers,
    make_staff,
    open_for,
    use_standard_scorecard,
)
from keizoku.reviews.tokens import token_for
from keizoku.risk.models import Standing

MOVED = {"known": ["changed"], "postal_code": ["530-0001"], "answer": ["大阪府大阪市北区梅田1-1-1"]}


def record_of(customer_id: int) -> customers.Record:
    grant = audit.grant_read(actor=Actor.system("test"), purpose="test", subjects=[customer_id])
    return customers.record(customer_id, grant)


def test_approval_writes_the_record_with_its_source_and_rates_the_customer(review, reviewer):
    use_standard_scorecard()
    answer_all(review.id, (MOVED, *ANSWERS[1:]))
    submit_answer(review.id, entry="link")

    assert decide(review.id, Outcome.APPROVE, "consistent", reviewer) is State.APPROVED

    record = record_of(review.customer_id)
    assert record.version == 2
    assert record.values["address"] == "大阪府大阪市北区梅田1-1-1"
    assert record.values["postal_code"] == "5300001"
    assert record.values["phone"] == "+819012345678"
    assert {record.provenance[name].source for name in ("address", "phone", "occupation")} == {"declared"}
    assert record.provenance["name"].source == "core_system"
    fact = Fact.objects.get(customer_id=review.customer_id)
    assert (fact.prefecture, fact.occupation, fact.confirmed_on) == (27, "pensioner", business_today())
    assert Standing.objects.get(customer_id=review.customer_id).due_on > business_today()
    review.refresh_from_db()
    assert review.decided_at is not None
    entry = Entry.objects.get(action="reviews.review.decided")
    assert (entry.actor_id, entry.details) == (
        str(reviewer.pk),
        {"round": 1, "outcome": "approve", "reason": "consistent"},
    )


def test_approval_for_a_closed_account_still_ends_the_review(answered, reviewer):
    use_standard_scorecard()
    Customer.objects.update(state=Customer.State.CLOSED)
    assert decide(answered.id, Outcome.APPROVE, "consistent", reviewer) is State.APPROVED
    assert not Standing.objects.exists()


def test_rejection_leaves_the_record_as_it_is(answered, reviewer):
    assert (
        decide(answered.id, Outcome.REJECT, "implausible", reviewer, note="勤め先に在籍なし")
        is State.REJECTED
    )
    assert Customer.objects.get(id=answered.customer_id).version == 1
    assert Fact.objects.get(customer_id=answered.customer_id).occupation == "company_employee"
    assert "勤め先".encode() not in bytes(Decision.objects.get().note or b"")


def test_asking_again_opens_a_round_that_the_same_link_answers(answered, reviewer):
    again = AskAgain(("address", "phone", "occupation", "purpose", "remittance"))
    assert (
        decide(answered.id, Outcome.ASK_AGAIN, "occupation_unclear", reviewer, again=again)
        is State.ASKED_AGAIN
    )

    assert ContactStop.objects.count() == 0
    found = find_by_token(token_for(answered.id, answered.reference))
    assert (found.state, found.round) == (State.ASKED_AGAIN, 2)
    answer_all(answered.id)
    submit_answer(answered.id, entry="link")
    assert list(Answer.objects.order_by("round").values_list("round", flat=True)) == [1, 2]
    use_standard_scorecard()
    assert decide(answered.id, Outcome.APPROVE, "explained", reviewer) is State.APPROVED


def test_who_wrote_the_answer_down_on_the_phone_does_not_decide_it(review):
    both = make_staff("both")
    answer_all(review.id)
    submit_answer(review.id, entry="phone", answered_by=both.pk)

    with pytest.raises(errors.OwnAnswer):
        decide(review.id, Outcome.APPROVE, "consistent", both)
    assert assign_next(both) is None
    with pytest.raises(IntegrityError, match="does not decide"), transaction.atomic():
        Decision.objects.create(
            review=review,
            round=1,
            outcome="approve",
            reason_code="consistent",
            decided_by=both,
            decided_at=review.opened_at,
        )
    review.refresh_from_db()
    assert review.state == State.ANSWERED
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("role", ["operator", "approver", "compliance", "auditor", "administrator"])
def test_only_reviewers_decide(answered, role):
    staff = make_staff("other", role)
    with pytest.raises(errors.NotPermitted):
        decide(answered.id, Outcome.APPROVE, "consistent", staff)
    with pytest.raises(errors.NotPermitted):
        assign_next(staff)
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("role", ["operator", "approver", "auditor", "administrator"])
def test_case_is_read_by_those_who_may_unmask(answered, role):
    with pytest.raises(errors.NotPermitted):
        open_case(answered.id, make_staff("other", role))


def test_reason_must_be_one_of_the_outcome(answered, reviewer):
    with pytest.raises(errors.ReasonUnknown):
        decide(answered.id, Outcome.APPROVE, "implausible", reviewer)


def test_note_holds_no_individual_number(answered, reviewer):
    with pytest.raises(errors.NoteRefused):
        decide(answered.id, Outcome.REJECT, "implausible", reviewer, note="番号は983205673214")
    answered.refresh_from_db()
    assert answered.state == State.ANSWERED


def test_decided_review_is_not_decided_again(answered, reviewer):
    decide(answered.id, Outcome.REJECT, "implausible", reviewer)
    with pytest.raises(errors.StateChanged):
        decide(answered.id, Outcome.REJECT, "implausible", reviewer)
    assert Decision.objects.count() == 1


def test_open_review_has_nothing_to_decide(review, reviewer):
    for outcome, reason in ((Outcome.APPROVE, "consistent"), (Outcome.WITHDRAW, "handled_in_person")):
        with pytest.raises(errors.StateChanged):
            decide(review.id, outcome, reason, reviewer)
    assert Decision.objects.count() == 0


def test_call_for_a_person_ends_by_a_withdrawal(review, reviewer):
    ask_for_help(review.id, HelpKind.DECEASED)
    assert decide(review.id, Outcome.WITHDRAW, "deceased", reviewer) is State.WITHDRAWN
    assert Task.objects.get().state == "done"
    assert set(ContactStop.objects.values_list("campaign_id", flat=True)) == {review.campaign_id, None}


def test_mistaken_report_of_a_death_is_taken_back_by_the_reviewer_and_another(review, reviewer, compliance):
    ask_for_help(review.id, HelpKind.DECEASED)
    assert decide(review.id, Outcome.ASK_AGAIN, "resumed", reviewer) is State.ASKED_AGAIN
    assert [stop.campaign_id for stop in ContactStop.objects.all()] == [None]
    assert Task.objects.filter(owner_role="compliance", state="open").count() == 1
    with pytest.raises(StopKept):
        lifting.doubt(review.customer_id, "decided", actor=compliance.actor)
    assert lifting.doubt(review.customer_id, "alive", actor=compliance.actor)
    assert ContactStop.objects.count() == 0


def test_longest_waiting_case_comes_first_and_is_kept_for_its_reviewer(db, tmp_path, reviewer):
    from keizoku.reviews.tests.people import HANAKO, TARO

    first, second = open_for(*import_customers(tmp_path, TARO, HANAKO))
    for review in (first, second):
        answers = ANSWERS if review is first else ({**SAME}, {}, *ANSWERS[2:])
        answer_all(review.id, answers)
        submit_answer(review.id, entry="code")
    colleague = make_staff("colleague")

    assert assign_next(reviewer) == first.id
    assert assign_next(colleague) == second.id
    assert assign_next(reviewer) == first.id
    release_case(first.id, colleague)
    assert assign_next(make_staff("third")) is None
    release_case(first.id, reviewer)
    assert assign_next(colleague) == first.id
    DeskCase.objects.filter(review_id=first.id).update(held_until=F("held_until") - timedelta(minutes=31))
    assert assign_next(reviewer) == first.id
