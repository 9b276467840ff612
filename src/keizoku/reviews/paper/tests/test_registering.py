"""A form arrives: what can become an answer waits, what cannot says why, and nobody is written to meanwhile."""

from datetime import timedelta

import pytest
from django.db import transaction

from keizoku.customers.models import ContactStop, Task
from keizoku.forms.models import Edition
from keizoku.forms.rules.paper_code import write_form_code
from keizoku.kernel import files
from keizoku.kernel.clock import business_now, business_today
from keizoku.reviews import actions
from keizoku.reviews.models import Review
from keizoku.reviews.paper import queries, registering, sweeping
from keizoku.reviews.paper.errors import FormMoved, PaperRefused
from keizoku.reviews.paper.models import PaperForm
from keizoku.reviews.paper.registering import Arrival
from keizoku.reviews.paper.rules import MAXIMUM_AGES, TRANSITIONS, WHY_WORDS, FormState, Why
from keizoku.reviews.paper.tests.forms_back import arrive, key, version
from keizoku.reviews.rules.states import State
from keizoku.reviews.tests import people

A_DAY = timedelta(days=1)
PICTURE = b"\x89PNG\r\n\x1a\n first"


def became(form):
    row = queries.form(form)
    return row.state, row.why


@pytest.mark.parametrize(
    ("condition", "why"), [("unsigned", Why.UNSIGNED), ("blank", Why.BLANK), ("damaged", Why.DAMAGED)]
)
def test_form_that_cannot_be_used_is_kept_with_its_reason_and_a_person_is_asked(review, one, condition, why):
    form = arrive(review, one, condition=condition)

    assert became(form) == (FormState.SET_ASIDE, why)
    assert not ContactStop.objects.exists()
    assert Task.objects.get().origin == f"paper:{form}"


def test_second_form_of_a_round_is_kept_as_that(review, one, two):
    first = arrive(review, one)
    second = arrive(review, two)

    assert became(second) == (FormState.SET_ASIDE, Why.TWICE)
    assert became(first) == (FormState.REGISTERED, None)


def test_form_of_somebody_who_answered_otherwise_or_calls_for_a_person_says_so(review, one):
    for state, why in (
        (State.ANSWERED, Why.ANSWERED),
        (State.NEEDS_PERSON, Why.WITH_PERSON),
        (State.WITHDRAWN, Why.WITHDRAWN),
    ):
        Review.objects.filter(id=review.id).update(state=state)
        for condition in ("complete", "blank"):
            assert became(arrive(review, one, condition=condition)) == (FormState.SET_ASIDE, why)
    assert not Task.objects.exists()  # he answered, or somebody speaks with him: nobody rings him up


def test_late_form_waits_for_a_new_deadline_and_one_in_time_opens_its_ended_review_again(review, one):
    today = business_today()
    Review.objects.filter(id=review.id).update(
        opened_at=business_now() - 40 * A_DAY, closes_on=today - A_DAY, state=State.UNANSWERED
    )

    assert became(arrive(review, one, on=today)) == (FormState.SET_ASIDE, Why.LATE)
    in_time = arrive(review, one, on=today - A_DAY)

    assert became(in_time) == (FormState.REGISTERED, None)
    review.refresh_from_db()
    assert review.state == State.OPEN
    assert actions.expire(business_now()) == 0
    review.refresh_from_db()
    assert review.state == State.OPEN


def test_version_that_was_replaced_on_the_way_counts_and_one_from_before_does_not(review, one):
    other = version("corporation")
    assert became(arrive(review, one, published_id=other)) == (FormState.SET_ASIDE, Why.OTHER_FORM)
    used = version()
    Edition.objects.filter(questionnaire="person").update(
        state="retired", state_since=business_now() - 2 * A_DAY
    )
    Review.objects.filter(id=review.id).update(opened_at=business_now() - 5 * A_DAY)
    form = arrive(review, one, published_id=used)
    assert became(form) == (FormState.REGISTERED, None)
    registering.end(form, Why.DAMAGED, one)
    Review.objects.filter(id=review.id).update(opened_at=business_now() - A_DAY)

    assert became(arrive(review, one, published_id=used)) == (FormState.SET_ASIDE, Why.OLD_VERSION)


@pytest.mark.parametrize(
    ("code", "days", "field"),
    [("1234567890", 0, "code"), ("12345678906V{}", 0, "code"), ("{}", 0, "version"), ("", 1, "received_on")],
)
def test_slips_are_refused_and_nothing_is_kept(review, one, code, days, field):
    scanned = code.format(f"{review.reference:011d}" if code == "{}" else version())

    with pytest.raises(PaperRefused) as refused:
        arrive(review, one, code=scanned or None, on=business_today() + days * A_DAY)

    assert refused.value.field == field
    assert not PaperForm.objects.exists()
    assert not ContactStop.objects.exists()


def test_typed_code_with_a_chosen_version_is_as_good_as_a_scan(review, one):
    arrival = Arrival(f"{review.reference:011d}", business_today(), published_id=version())

    assert became(registering.register(arrival, one)) == (FormState.REGISTERED, None)
    assert write_form_code(review.reference, version()).endswith(f"V{version()}")


def test_picture_is_kept_encrypted_and_another_takes_its_place(form, one, django_capture_on_commit_callbacks):
    registering.attach(form, [b"\x89PNG\r\n\x1a\n", b"first"], one)
    first = PaperForm.objects.get().scan
    with django_capture_on_commit_callbacks(execute=True):
        registering.attach(form, [b"%PDF-1.7 second"], one)
    row = PaperForm.objects.get()

    assert row.scan_type == "application/pdf"
    with files.open_stored(row.scan) as kept:
        assert kept.read() == b"%PDF-1.7 second"
    with pytest.raises(FileNotFoundError):
        files.open_stored(first)
    with pytest.raises(PaperRefused, match="使えないファイル"):
        registering.attach(form, [b"<html>"], one)


def test_picture_of_what_is_over_stays_as_it_was_seen(form, one, two, review):
    registering.attach(form, [PICTURE], one)
    key(form, one)
    assert key(form, two) is FormState.HANDED_IN
    unused = arrive(review, one, condition="blank")
    registering.attach(unused, [PICTURE], one)  # the first one
    kept = list(PaperForm.objects.order_by("id").values_list("scan", flat=True))
    stored = files.epochs()

    for over in (form, unused):
        with pytest.raises(FormMoved):
            registering.attach(over, [b"%PDF-1.7 another"], one)

    assert list(PaperForm.objects.order_by("id").values_list("scan", flat=True)) == kept
    assert files.epochs() == stored  # what was refused is not kept either


def test_new_picture_stays_though_the_old_ones_file_cannot_be_deleted(form, one, monkeypatch):
    registering.attach(form, [PICTURE], one)
    earlier, deleted = PaperForm.objects.get().scan, []

    def delete(file_id):
        deleted.append(file_id)
        raise OSError("read only")

    monkeypatch.setattr(files, "delete", delete)
    monkeypatch.setattr(transaction, "on_commit", lambda callback: callback())
    with pytest.raises(OSError, match="read only"):
        registering.attach(form, [b"%PDF-1.7 second"], one)

    assert deleted == [earlier]
    with files.open_stored(PaperForm.objects.get().scan) as kept:
        assert kept.read() == b"%PDF-1.7 second"


def test_form_that_waits_too_long_becomes_a_task_once(form, one):
    key(form, one)
    late = business_now() + MAXIMUM_AGES[FormState.KEYED_ONCE] + A_DAY

    assert (sweeping.escalate(late), sweeping.escalate(late)) == (1, 0)
    assert Task.objects.get().origin == f"paper:{form}"


def test_form_whose_review_ended_otherwise_is_set_aside_and_nobody_writes_to_who_withdrew(form, review):
    Review.objects.filter(id=review.id).update(state=State.WITHDRAWN)

    assert (sweeping.let_go(), sweeping.let_go()) == (1, 0)
    assert became(form) == (FormState.SET_ASIDE, Why.WITHDRAWN)
    assert ContactStop.objects.get().reason == "withdrawn"


def test_form_of_a_round_that_is_over_makes_room_for_the_next_ones(form, review, one):
    Review.objects.filter(id=review.id).update(state=State.ASKED_AGAIN, round=2)
    second = arrive(review, one)  # before the sweep has come round

    assert became(form) == (FormState.SET_ASIDE, Why.ANSWERED)
    assert became(second) == (FormState.REGISTERED, None)
    assert ContactStop.objects.get().reason == "paper"
    Review.objects.filter(id=review.id).update(round=3)
    assert (sweeping.let_go(), sweeping.let_go()) == (1, 0)
    assert became(second) == (FormState.SET_ASIDE, Why.ANSWERED)


def test_letter_encloses_the_version_of_the_draft_else_the_one_in_use_and_its_form_counts(review, one):
    begun = version()
    assert queries.forms_for([review.id]) == {review.id: begun}
    people.answer_all(review.id)
    # Over before the review was opened: but this is what we print.
    Edition.objects.filter(questionnaire="person").update(
        state="retired", state_since=business_now() - 2 * A_DAY
    )

    assert queries.forms_for([review.id]) == {review.id: begun}
    assert became(arrive(review, one, published_id=begun)) == (FormState.REGISTERED, None)


def test_form_that_our_letter_encloses_is_never_called_a_wrong_one(tmp_path, db, one):
    company = people.import_customers(tmp_path, people.TARO.replace(",個人,", ",法人,"))[0]
    (review,) = people.open_for(company)
    assert queries.forms_for([review.id]) == {review.id: version("corporation")}
    # The kind's own is no longer in use: its page asks what persons are asked, and so does its letter.
    Edition.objects.filter(questionnaire="corporation").update(
        state="retired", state_since=business_now() - 2 * A_DAY
    )
    assert queries.forms_for([review.id]) == {review.id: version()}
    assert became(arrive(review, one)) == (FormState.REGISTERED, None)


def test_every_state_that_waits_has_a_longest_age_and_every_reason_its_words():
    assert set(MAXIMUM_AGES) == {state for state, after in TRANSITIONS.items() if after}
    assert set(WHY_WORDS) == set(Why)
