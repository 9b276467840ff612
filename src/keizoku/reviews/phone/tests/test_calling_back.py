"""Promises to call: booked, taken by one, made at the registered number, swept when broken."""

from datetime import datetime, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from keizoku.audit.models import Entry
from keizoku.customers.models import Task
from keizoku.kernel.bank_days import open_from
from keizoku.kernel.clock import TOKYO, business_today
from keizoku.reviews.phone import calling_back, calls, queries, sweeping
from keizoku.reviews.phone.calling_back import Promise, ToCall
from keizoku.reviews.phone.errors import CallBackRefused, CallRefused
from keizoku.reviews.phone.models import CallBack
from keizoku.reviews.phone.queries import CallBackKey
from keizoku.reviews.tests import people


@pytest.fixture
def promised(call, desk):
    """Tomorrow morning; the call that booked it has ended."""
    day = open_from(business_today() + timedelta(days=1))
    booked = calling_back.book(call, Promise(day, (9, 12), "answer", "回答の続きを聞きたい"), desk)
    calls.end(call, "booked", desk)
    return booked


def test_promise_waits_in_the_due_list_with_its_words_encrypted(promised, taro, desk):
    (row,) = queries.due_call_backs()
    assert (row.id, row.customer_id, row.window, row.matter) == (promised, taro, "9時〜12時", "回答の続き")
    assert queries.due_call_backs(until=business_today()) == []
    assert queries.waiting().asked() == 0
    assert queries.due_call_backs(after=CallBackKey(row.day, 9, row.id)) == []
    assert "続き" not in str(list(Entry.objects.values()))


def test_promise_that_cannot_be_kept_is_refused_and_nothing_is_booked(call, desk):
    today = business_today()
    open_day = open_from(today + timedelta(days=1))
    for promise in (
        Promise(None, (9, 12), "answer"),
        Promise(today - timedelta(days=1), (9, 12), "answer"),
        Promise(open_day, (1, 2), "answer"),
        Promise(open_day, (9, 12), "gossip"),
        Promise(open_day, (9, 12), "answer", "番号は 1234 5678 9018 です"),
        Promise(open_day, (9, 12), "answer", "あ" * 301),
    ):
        with pytest.raises(CallBackRefused):
            calling_back.book(call, promise, desk)
    assert CallBack.objects.count() == 0


def test_new_promise_takes_the_place_of_the_old_one(call, desk):
    day = open_from(business_today() + timedelta(days=1))
    first = calling_back.book(call, Promise(day, (9, 12), "answer"), desk)
    second = calling_back.book(call, Promise(day, (15, 17), "question"), desk)
    assert [row.id for row in queries.due_call_backs()] == [second]
    assert queries.call_back(first).state == "cancelled"
    with pytest.raises(IntegrityError), transaction.atomic():
        CallBack.objects.filter(id=first).update(state="booked")


def test_two_calls_about_one_customer_book_one_after_the_other(call, desk):
    """The second to come waits for the first at the customer's row, before it looks what is booked."""
    day = open_from(business_today() + timedelta(days=1))
    with CaptureQueriesContext(connection) as captured:
        calling_back.book(call, Promise(day, (9, 12), "answer"), desk)
    said = [one["sql"] for one in captured.captured_queries]
    locked = next(
        number
        for number, sql in enumerate(said)
        if 'FROM "customers_customer"' in sql and sql.endswith("FOR NO KEY UPDATE")
    )
    assert locked < min(number for number, sql in enumerate(said) if "reviews_callback" in sql)


def test_what_the_caller_wishes_now_takes_the_place_of_what_a_colleague_has_taken(promised, desk):
    other = people.make_staff("other", "operator")
    calling_back.take(promised, desk)
    second = calls.seek("0000000001", other).call_id
    day = open_from(business_today() + timedelta(days=1))
    booked = calling_back.book(second, Promise(day, (15, 17), "question"), other)
    assert queries.call_back(promised).state == "cancelled"
    assert [row.id for row in queries.due_call_backs()] == [booked]


def test_one_takes_it_and_calls_the_registered_number(promised, desk):
    other = people.make_staff("other", "operator")
    with pytest.raises(CallBackRefused):
        calling_back.call(promised, desk)
    calling_back.take(promised, desk)
    with pytest.raises(CallBackRefused):
        calling_back.take(promised, other)
    with pytest.raises(CallBackRefused):
        calling_back.cancel(promised, other)
    begun = calling_back.call(promised, desk)
    assert calling_back.number_to_call(begun, desk) == ToCall("+819012345678", "回答の続きを聞きたい")
    assert Entry.objects.filter(action="reviews.call_back.number_shown").count() == 1
    found = queries.call(begun)
    assert (found.found_by, found.verified_at, found.call_back_id) == ("折り返しの予約", None, promised)
    calling_back.end(begun, "nobody", desk)
    assert (queries.call_back(promised).state, queries.call_back(promised).tries) == ("taken", 1)
    calling_back.end(calling_back.call(promised, desk), "informed", desk)
    assert queries.call_back(promised).state == "done"


def test_number_is_shown_in_no_other_call(call, desk):
    with pytest.raises(CallRefused):
        calling_back.number_to_call(call, desk)
    assert not Entry.objects.filter(action="customers.record.read").exists()


def test_taken_one_is_put_back_for_others(promised, desk):
    calling_back.take(promised, desk)
    calling_back.put_back(promised, desk)
    assert (queries.call_back(promised).state, queries.call_back(promised).assigned_to) == ("booked", None)


def test_broken_promise_lapses_after_three_open_days_and_opens_one_task(promised, taro):
    row = queries.call_back(promised)
    # The third whole open day behind the promised one is over.
    last = row.day
    for _ in range(3):
        last = open_from(last + timedelta(days=1))
    late = datetime.combine(last + timedelta(days=1), time(9), tzinfo=TOKYO)
    assert sweeping.sweep(late - timedelta(days=1)) == 0
    assert row.is_late(late)
    assert sweeping.sweep(late) == 1
    assert sweeping.sweep(late) == 0
    assert queries.call_back(promised).state == "lapsed"
    task = Task.objects.get()
    assert (task.kind, task.customer_id, task.due_on) == ("call_back", taro, late.astimezone(TOKYO).date())


def test_promise_goes_over_to_the_customer_who_stays(promised, desk, tmp_path):
    from keizoku.customers.duplicates.parts import Merge
    from keizoku.customers.models import Customer
    from keizoku.reviews.phone import merging

    gone = CallBack.objects.get().customer_id
    (stays,) = [one for one in people.import_customers(tmp_path, people.HANAKO) if one != gone]
    merging.carry(Merge(stays, gone, desk.actor, business_today()))
    assert CallBack.objects.get().customer_id == stays
    assert Customer.objects.count() == 2
