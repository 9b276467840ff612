"""A call: found by what numbers, verified by answers, ended by a person or by the sweeper."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from keizoku.accounts.errors import NotPermitted
from keizoku.audit.models import Entry
from keizoku.customers import queries as customers
from keizoku.kernel.clock import business_now
from keizoku.reviews.phone import calls, queries, sweeping, verifying
from keizoku.reviews.phone.errors import (
    AnswerUnreadable,
    CallerLocked,
    CallOpen,
    CallOver,
    CallRefused,
    NobodyFound,
    SoughtUnreadable,
)
from keizoku.reviews.phone.models import CallerCheck, CallStep, PhoneCall
from keizoku.reviews.phone.rules import script
from keizoku.reviews.phone.rules.script import Asked
from keizoku.reviews.phone.tests.callers import TAROS, WRONG, say, verify
from keizoku.reviews.tests import people


def actions() -> list[str]:
    told = Entry.objects.filter(action__startswith="reviews.call").order_by("id")
    return list(told.values_list("action", flat=True))


@pytest.mark.parametrize(
    ("typed", "found_by"),
    [
        ("0000000001", "顧客番号"),
        ("090-1234-5678", "電話番号"),
        ("０９０１２３４５６７８", "電話番号"),
        ("001-1234567", "口座番号"),
    ],
)
def test_customer_is_found_by_each_number_and_the_audit_names_no_number(taro, desk, typed, found_by):
    found = queries.call(calls.seek(typed, desk).call_id)
    assert (found.customer_id, found.found_by, found.verified_at) == (taro, found_by, None)
    assert actions() == ["reviews.call.begun", "reviews.call.found"]
    assert typed not in str(list(Entry.objects.values()))


def test_reference_code_leads_to_its_review(taro, review, desk):
    found = queries.call(calls.seek(f"{review.reference:011d}", desk).call_id)
    assert (found.customer_id, found.found_by) == (taro, "受付番号")
    assert found.review is not None
    assert found.review.id == review.id


def test_name_or_mail_is_no_number_and_begins_nothing(taro, desk):
    for typed in ("山田 太郎", "taro@example.jp", "", "12"):
        with pytest.raises(SoughtUnreadable):
            calls.seek(typed, desk)
    assert PhoneCall.objects.count() == 0


def test_look_that_finds_nobody_is_a_step_and_the_call_goes_on(taro, desk):
    with pytest.raises(NobodyFound):
        calls.seek("090-0000-0000", desk)
    again = calls.seek("0000000001", desk)
    assert [step.kind for step in queries.call(again.call_id).steps] == ["begun", "sought", "found"]
    assert PhoneCall.objects.count() == 1


def test_two_who_share_a_number_are_told_apart_by_a_name_or_chosen(db, desk, tmp_path):
    hanako = people.HANAKO.replace(
        "1500002,東京都渋谷区渋谷1-2-3,,", "1500002,東京都渋谷区渋谷1-2-3,090-1234-5678,"
    )
    taro, hanako = people.import_customers(tmp_path, people.TARO, hanako)
    seeking = calls.seek("090-1234-5678", desk)
    assert seeking.candidates == (taro, hanako)
    assert [step.words for step in queries.call(seeking.call_id).steps][1:] == [
        "探して、何人かのお客さまが見つかった（電話番号）"
    ]
    entry = Entry.objects.get(action="reviews.call.several_found")
    assert entry.details == {"call": seeking.call_id, "by": "phone", "found": 2}
    with pytest.raises(CallRefused):
        calls.choose(seeking.call_id, hanako + 1, "090-1234-5678", desk)
    assert calls.seek("090-1234-5678 タカハシ ハナコ", desk).candidates == ()
    assert queries.call(seeking.call_id).customer_id == hanako


def test_one_member_of_staff_has_one_open_call_whatever_the_code_does(call, desk):
    with pytest.raises(CallOpen):
        calls.seek("0000000001", desk)
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        PhoneCall.objects.create(staff=desk, begun_at=now, touched_at=now)


def test_caller_is_verified_by_right_answers_though_one_was_wrong(call, desk):
    assert not say(call, desk, WRONG).is_right
    verify(call, desk)
    found = queries.call(call)
    assert found.verified_at is not None
    assert [step.kind for step in found.steps if step.kind in {"right", "wrong"}] == ["wrong", *["right"] * 3]
    assert CallerCheck.objects.get().failures == 0
    assert "reviews.caller.verified" in actions()


def test_no_answer_is_kept_anywhere(call, desk):
    say(call, desk, WRONG)
    verify(call, desk)
    kept = str(list(CallStep.objects.values())) + str(list(Entry.objects.values()))
    for answer in (*WRONG.values(), "1960-04-08", "ヤマダ"):
        assert answer not in kept or len(answer) < 5


def test_of_the_record_only_what_is_asked_now_is_decrypted(call, desk, monkeypatch):
    read, record = [], customers.record

    def noting(subject, grant, *, fields):
        read.append(fields)
        return record(subject, grant, fields=fields)

    monkeypatch.setattr(customers, "record", noting)
    verify(call, desk)
    asked = CallStep.objects.filter(kind="right").order_by("id").values_list("detail", flat=True)
    assert read == [fields for one in asked if (fields := script.READ_FOR[Asked(one)])]
    assert read[:2] == [("name", "kana"), ("birth_date",)]


def test_slip_of_the_pen_counts_nothing(call, desk):
    with pytest.raises(AnswerUnreadable):
        verifying.check_answer(call, "name", "  ", desk)
    assert [step.kind for step in queries.call(call).steps] == ["begun", "found"]


def test_answer_to_another_question_than_the_asked_is_refused(call, desk):
    with pytest.raises(CallRefused):
        verifying.check_answer(call, "account", TAROS["account"], desk)


def test_wrong_answers_lock_the_customer_over_all_calls(call, review, desk):
    say(call, desk, TAROS)
    for _ in range(2):
        say(call, desk, WRONG)
    calls.end(call, "not_verified", desk)
    second = calls.seek("0000000001", desk).call_id
    say(second, desk, TAROS)
    for _ in range(2):
        say(second, desk, WRONG)
    with pytest.raises(CallerLocked):
        say(second, desk, WRONG)
    calls.end(second, "not_verified", desk)
    third = calls.seek("0000000001", desk).call_id
    with pytest.raises(CallerLocked):
        say(third, desk, TAROS)
    assert [step.kind for step in queries.call(third).steps] == ["begun", "found"]
    CallerCheck.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    assert queries.failures(review.customer_id).count == 0
    assert say(third, desk, TAROS).is_right


def test_whoever_names_somebody_else_twice_is_not_asked_on(call, desk):
    for _ in range(2):
        assert not say(call, desk, WRONG).is_right
    assert queries.progress(call).following is None
    with pytest.raises(CallRefused):
        verifying.check_answer(call, "birth_date", TAROS[Asked.BIRTH_DATE], desk)


def test_call_ends_with_a_result_and_nothing_follows(call, desk):
    with pytest.raises(CallRefused):
        calls.end(call, "left_open", desk)
    calls.end(call, "informed", desk)
    with pytest.raises(CallOver):
        say(call, desk, TAROS)
    found = queries.call(call)
    assert (found.state, found.result_words, found.steps[-1].words) == (
        "ended",
        "案内・説明をした",
        "通話を終えた（案内・説明をした）",
    )


def test_call_of_somebody_else_is_out_of_reach(call, taro):
    other = people.make_staff("other", "operator")
    with pytest.raises(CallRefused):
        say(call, other, TAROS)
    with pytest.raises(NotPermitted):
        calls.seek("0000000001", people.make_staff("audit", "auditor"))


def test_call_that_nobody_ended_is_ended_after_an_hour_of_silence_once(call, review, desk):
    assert sweeping.sweep(business_now()) == 0
    PhoneCall.objects.update(touched_at=timezone.now() - timedelta(minutes=61))
    assert sweeping.sweep(business_now()) == 1
    assert sweeping.sweep(business_now()) == 0
    assert (queries.call(call).state, queries.call(call).result) == ("abandoned", "left_open")
    entry = Entry.objects.get(action="reviews.call.abandoned")  # in the customer's own trail
    assert (entry.subject_kind, entry.subject_id) == ("customer", review.customer_id)
    assert calls.seek("0000000001", desk).call_id != call
