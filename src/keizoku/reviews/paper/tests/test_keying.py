"""Two people key a form and do not see each other's entries; what both read becomes the answer of the day of receipt."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from keizoku.audit.models import Entry as AuditEntry
from keizoku.customers.models import ContactStop
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO, business_now, business_today
from keizoku.reviews.actions import answer_question, decide, submit_answer
from keizoku.reviews.errors import OwnAnswer
from keizoku.reviews.models import Answer, Decision, ProposedChange, Review
from keizoku.reviews.paper import keying, queries, registering, resolving
from keizoku.reviews.paper.errors import FormMoved, KeyedBefore, PaperRefused
from keizoku.reviews.paper.models import PaperForm, PaperKeying, PaperResolution
from keizoku.reviews.paper.rules import BLANK, FormState, How, Why
from keizoku.reviews.paper.tests.forms_back import TICKED, arrive, entries, key, staff
from keizoku.reviews.quality import actions as quality
from keizoku.reviews.quality.errors import OwnDecision
from keizoku.reviews.quality.models import QualityCheck
from keizoku.reviews.rules.reasons import Outcome
from keizoku.reviews.rules.states import State
from keizoku.reviews.tests import people


def stops(review):
    return list(ContactStop.objects.filter(customer=review.customer_id).values_list("reason", flat=True))


def test_form_that_two_read_alike_is_the_answer_of_the_day_of_receipt(review, one, two):
    Review.objects.filter(id=review.id).update(opened_at=business_now() - timedelta(days=9))
    received = business_today() - timedelta(days=3)
    form = arrive(review, one, on=received)
    assert stops(review) == ["paper"]

    assert key(form, one) is FormState.KEYED_ONCE
    assert key(form, two) is FormState.HANDED_IN

    answer = Answer.objects.get(review=review)
    assert (answer.entry, answer.answered_by_id, answer.proof) == ("paper", None, "weak")
    assert answer.business_at.astimezone(TOKYO).date() == received
    review.refresh_from_db()
    assert (review.state, review.answered_at) == (State.ANSWERED, answer.business_at)
    assert stops(review) == ["answered"]
    assert list(ProposedChange.objects.filter(is_change=True).values_list("field", flat=True)) == [
        "occupation"
    ]
    steps = AuditEntry.objects.filter(action__startswith="reviews.paper.").order_by("id")
    assert [entry.action.rpartition(".")[2] for entry in steps] == [
        "registered",
        "keyed",
        "keyed",
        "handed_in",
    ]


def test_same_person_is_refused_by_rule_and_by_the_database(form, one):
    key(form, one)

    with pytest.raises(KeyedBefore):
        key(form, one)
    with pytest.raises(IntegrityError, match="nobody keys a form twice"), transaction.atomic():
        PaperKeying.objects.create(form_id=form, place=2, keyed_by=one, keyed_at=business_now(), payload=b"x")

    assert PaperKeying.objects.count() == 1
    assert queries.form(form).state is FormState.KEYED_ONCE


def test_who_was_slower_as_first_keyer_is_not_taken_as_the_second(form, one, two):
    key(form, one)

    with pytest.raises(FormMoved, match="2人目の入力待ち"):
        keying.key(form, FormState.REGISTERED, entries(), two)

    assert PaperKeying.objects.count() == 1


def test_what_differs_and_what_is_unreadable_waits_for_a_third_act(form, one, two, review):
    key(form, one, TICKED | {"answer_purpose": ["savings"], "unreadable_remittance": ["yes"]})
    assert key(form, two) is FormState.DOUBTFUL

    doubts = resolving.open_doubts(form, two).doubts
    assert doubts.differing == ("purpose", "remittance")
    assert not Answer.objects.exists()
    with pytest.raises(PaperRefused):
        resolving.resolve(form, {"purpose": entries()["purpose"]}, two)
    read = entries(TICKED | {"answer_purpose": ["savings"]})
    state = resolving.resolve(form, {name: read[name] for name in ("purpose", "remittance")}, two)

    assert state is FormState.HANDED_IN
    assert ProposedChange.objects.filter(review=review, field="purpose", is_change=True).exists()
    assert PaperResolution.objects.get().resolved_by_id == two.pk


def test_blank_required_question_is_missing_and_the_form_may_be_ended_so(form, one, two, review):
    short = {name: value for name, value in TICKED.items() if name != "answer_occupation"}
    key(form, one, short)
    key(form, two, short)

    assert resolving.open_doubts(form, one).doubts.missing == ("occupation",)
    resolving.resolve(form, {"occupation": BLANK}, one)
    assert queries.form(form).state is FormState.DOUBTFUL
    with pytest.raises(PaperRefused):
        registering.end(form, Why.ANSWERED, one)  # nothing that a person may say of a form
    assert queries.form(form).state is FormState.DOUBTFUL
    registering.end(form, Why.INCOMPLETE, one)

    row = queries.form(form)
    assert (row.state, row.why, row.why_words) == (
        FormState.SET_ASIDE,
        Why.INCOMPLETE,
        "必要な質問の記入が足りません",
    )
    review.refresh_from_db()
    assert (review.state, stops(review)) == (State.OPEN, [])


def test_unchanged_says_nothing_where_the_record_holds_no_value(tmp_path, db, one, two):
    hanako = people.import_customers(tmp_path, people.HANAKO)[0]
    form = arrive(people.open_for(hanako)[0], one)
    key(form, one)
    key(form, two)

    assert resolving.open_doubts(form, one).doubts.missing == ("phone",)


def test_question_that_is_not_for_this_customer_needs_no_answer_and_optional_ones_may_stay_blank(
    form, one, two
):
    post = {name: value for name, value in TICKED.items() if name != "answer_phone_known"}
    key(form, one, post)

    assert key(form, two, post) is FormState.HANDED_IN


def test_who_keyed_or_resolved_neither_decides_nor_checks_the_decision(form, two, review, reviewer):
    first, third = staff("first", "reviewer"), staff("third", "reviewer")
    key(form, first, TICKED | {"answer_purpose": ["savings"]})
    key(form, two)
    resolving.resolve(form, {"purpose": entries()["purpose"]}, third)

    for reader in (first, third):
        with pytest.raises(OwnAnswer):
            decide(review.id, Outcome.REJECT, "implausible", reader)
        with pytest.raises(IntegrityError, match="who keyed a form does not decide"), transaction.atomic():
            Decision.objects.create(
                review=review,
                round=1,
                outcome="reject",
                reason_code="implausible",
                decided_by=reader,
                decided_at=business_now(),
            )
    assert not Decision.objects.exists()
    quality.set_share(100, Actor.system("test"))
    assert decide(review.id, Outcome.REJECT, "implausible", reviewer) is State.REJECTED

    check = QualityCheck.objects.get()
    for reader in (first, third):
        with pytest.raises(OwnDecision):
            quality.find_proper(check.id, reader)
        with pytest.raises(IntegrityError, match="who decided does not check it"), transaction.atomic():
            QualityCheck.objects.filter(id=check.id).update(state="proper", checked_by=reader)
    quality.find_proper(check.id, staff("fourth", "reviewer"))


def test_answer_from_paper_that_two_did_not_key_is_refused_by_the_database(form, one, review):
    key(form, one)

    with pytest.raises(IntegrityError, match="an answer from paper is keyed by two"), transaction.atomic():
        Answer.objects.create(
            review=review,
            round=1,
            questionnaire_id=PaperForm.objects.get().questionnaire_id,
            record_version=1,
            payload=b"x",
            digest="0",
            submitted_at=business_now(),
            business_at=business_now(),
            entry="paper",
        )


def test_customer_who_answers_meanwhile_is_faster_and_the_stop_becomes_that_of_the_answer(
    form, one, two, review
):
    key(form, one)
    for number, posted in enumerate(people.ANSWERS, start=1):
        answer_question(review.id, number, posted)
    submit_answer(review.id, entry="code")

    assert stops(review) == ["answered"]
    assert key(form, two) is FormState.SET_ASIDE
    assert queries.form(form).why is Why.ANSWERED
    assert (Answer.objects.get().entry, stops(review)) == ("code", ["answered"])


def test_individual_number_is_never_kept_even_as_unreadable(db):
    read = entries({"answer_address": ["1234-5678-9018"], "unreadable_address": ["yes"]})

    assert (read["address"].how, dict(read["address"].typed)) == (How.UNREADABLE, {})
