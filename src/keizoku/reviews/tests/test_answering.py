import pytest
from django.db import IntegrityError, transaction

from keizoku.audit import actions as audit
from keizoku.audit.models import Entry
from keizoku.customers.casework import queries as casework
from keizoku.customers.models import ContactStop, Task
from keizoku.forms.models import Draft
from keizoku.reviews import errors
from keizoku.reviews.actions import answer_question, ask_for_help, open_sitting, submit_answer
from keizoku.reviews.models import Answer, ProposedChange, Review
from keizoku.reviews.queries import code_of
from keizoku.reviews.rules.reasons import HelpKind
from keizoku.reviews.rules.states import State
from keizoku.reviews.tests.people import ANSWERS, CAMPAIGN, SAME, answer_all, make_staff


def test_known_values_are_offered_masked(review):
    sitting = open_sitting(review.id)
    questions = {question.id: question for question in sitting.questionnaire.questions}
    assert sitting.masked(questions["address"]) == "東京都●●"
    assert sitting.masked(questions["phone"]) == "●●●-●●●●-5678"
    assert sitting.masked(questions["occupation"]) == ""
    assert "渋谷" not in repr(sitting)


def test_reading_the_sitting_leaves_an_audit_entry(review):
    open_sitting(review.id)
    entry = Entry.objects.get(action="customers.record.read", purpose="review.answer")
    assert (entry.actor_kind, entry.subject_id) == ("customer", review.customer_id)


def test_good_answer_is_kept_encrypted_and_leads_to_the_next_question(review):
    posted = {"known": ["changed"], "postal_code": ["150-0002"], "answer": ["東京都渋谷区渋谷4-5-6"]}
    answered = answer_question(review.id, 1, posted)
    assert answered is not None
    assert answered.following is not None
    assert answered.following.question.id == "phone"
    assert "渋谷".encode() not in bytes(Draft.objects.get().payload)
    assert open_sitting(review.id).answers["address"].values == {
        "postal_code": "1500002",
        "address": "東京都渋谷区渋谷4-5-6",
    }


def test_faulty_answer_keeps_nothing(review):
    answered = answer_question(review.id, 1, {"known": ["changed"], "answer": ["東京都渋谷区渋谷4-5-6"]})
    assert answered is not None
    assert set(answered.judged.errors) == {"postal_code"}
    assert answered.following == answered.step
    assert answered.step.question.id == "address"
    assert Draft.objects.count() == 0


def test_question_that_is_not_open_yet_is_not_judged(review):
    assert answer_question(review.id, 2, SAME) is None
    assert Draft.objects.count() == 0


def test_submission_moves_the_review_stops_contact_and_proposes_field_by_field(review):
    answer_all(review.id)

    receipt = submit_answer(review.id, entry="link")

    review.refresh_from_db()
    assert review.state == State.ANSWERED
    assert receipt.code == code_of(review.reference)
    assert receipt.received_at == review.answered_at
    assert Draft.objects.count() == 0
    stop = ContactStop.objects.get(customer_id=review.customer_id)
    assert (stop.campaign_id, stop.reason) == (CAMPAIGN, "answered")
    proposals = ProposedChange.objects.order_by("position").values_list("field", "kind", "is_change")
    assert list(proposals) == [
        ("postal_code", "record", False),
        ("address", "record", False),
        ("phone", "record", False),
        ("occupation", "fact", True),
        ("purpose", "fact", False),
        ("foreign_remittance", "fact", False),
    ]
    entry = Entry.objects.get(action="reviews.answer.submitted")
    assert entry.details["changed"] == "occupation"
    assert "pensioner" not in str(entry.details)


def test_second_submission_gets_the_first_ones_receipt(answered):
    first = Answer.objects.get()

    receipt = submit_answer(answered.id, entry="code")

    assert receipt.code == code_of(answered.reference)
    assert receipt.received_at == first.business_at
    assert Answer.objects.count() == 1


def test_incomplete_answer_is_refused_and_changes_nothing(review):
    answer_question(review.id, 1, SAME)
    with pytest.raises(errors.AnswerIncomplete):
        submit_answer(review.id, entry="code")
    review.refresh_from_db()
    assert (review.state, review.answered_at) == (State.OPEN, None)
    assert ContactStop.objects.count() == Answer.objects.count() == 0
    assert Draft.objects.count() == 1


def test_answer_after_the_end_is_refused(review):
    answer_all(review.id)
    Review.objects.update(state=State.UNANSWERED)
    with pytest.raises(errors.ReviewExpired):
        submit_answer(review.id, entry="code")
    Review.objects.update(state=State.WITHDRAWN)
    with pytest.raises(errors.ReviewClosed):
        submit_answer(review.id, entry="code")
    assert Answer.objects.count() == 0


def test_answers_are_only_ever_added(answered):
    for write in (
        lambda: Answer.objects.update(entry="link"),
        lambda: Answer.objects.all().delete(),
        lambda: ProposedChange.objects.update(is_change=False),
    ):
        with pytest.raises(Exception, match=r"permission denied|only ever added"), transaction.atomic():
            write()


def test_answer_on_the_phone_names_who_wrote_it_down(review):
    answer_all(review.id)
    staff = make_staff("phone", "operator")
    with pytest.raises(IntegrityError), transaction.atomic():
        submit_answer(review.id, entry="phone")
    submit_answer(review.id, entry="phone", answered_by=staff.pk)
    assert Answer.objects.get().answered_by_id == staff.pk


@pytest.mark.parametrize(
    ("kind", "campaigns"),
    [(HelpKind.HELP, {CAMPAIGN}), (HelpKind.GUARDIAN, {CAMPAIGN}), (HelpKind.NOT_YOU, {CAMPAIGN}),
     (HelpKind.DECEASED, {CAMPAIGN, None})],
)  # fmt: skip
def test_call_for_a_person_stops_contact_and_goes_to_the_desk(review, kind, campaigns):
    ask_for_help(review.id, kind)
    ask_for_help(review.id, kind)
    review.refresh_from_db()
    assert (review.state, review.help_kind) == (State.NEEDS_PERSON, kind)
    assert set(ContactStop.objects.values_list("campaign_id", flat=True)) == campaigns
    assert set(ContactStop.objects.values_list("reason", flat=True)) == {"needs_person"}
    assert Entry.objects.filter(action="reviews.help.requested").count() == 1
    task = Task.objects.get()
    assert (task.kind, task.owner_role, task.state) == ("help", "reviewer", "open")
    assert task.opened_by == "system:portal"
    assert task.customer_id == review.customer_id


def test_call_for_a_person_that_staff_were_told_is_opened_in_their_name(review, reviewer):
    ask_for_help(review.id, HelpKind.HELP, actor=reviewer.actor)
    task = Task.objects.get()
    assert task.opened_by == f"staff:{reviewer.pk}"
    grant = audit.grant_read(actor=reviewer.actor, purpose="test", subjects=[review.customer_id])
    assert casework.words([task.id], grant) == {task.id: "電話での申し出：手助けがほしい"}


def test_call_for_a_person_after_the_answer_is_refused(answered):
    with pytest.raises(errors.ReviewClosed):
        ask_for_help(answered.id, HelpKind.HELP)
    answered.refresh_from_db()
    assert (answered.state, answered.help_kind) == (State.ANSWERED, "")


def test_five_answers_are_all_there_is(review):
    assert len(ANSWERS) == len(open_sitting(review.id).questionnaire.questions) == 5
