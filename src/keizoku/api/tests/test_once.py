"""One change for one Idempotency-Key: repeated, at once, with another body, after a refusal, after a crash."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from keizoku.accounts.api_keys import actions
from keizoku.api import once
from keizoku.api.models import Call
from keizoku.api.tests.conftest import Caller
from keizoku.api.tests.test_records import told
from keizoku.customers.errors import FileRefused
from keizoku.customers.imports import calls
from keizoku.customers.models import Customer, ImportRun

PATH = "/customers/rows"


def test_repeated_request_gets_the_same_answer_and_changes_nothing(call_as):
    caller = call_as("operator", "customers:write")
    first = caller.post(PATH, told({}), Idempotency_Key="one")
    again = caller.post(PATH, told({}), Idempotency_Key="one")
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert ImportRun.objects.count() == 1


def test_same_key_with_another_body_is_refused(call_as):
    caller = call_as("operator", "customers:write")
    caller.post(PATH, told({}), Idempotency_Key="one")
    answer = caller.post(PATH, told({"number": "0000000102"}), Idempotency_Key="one")
    assert (answer.status_code, answer.json()["code"]) == (422, "api.idempotency_key_reused")
    assert ImportRun.objects.count() == Customer.objects.count() == 1


def test_change_without_a_key_is_refused(call_as):
    caller = call_as("operator", "customers:write")
    for key in (None, "", "x" * 256, "with space"):
        answer = caller.post(PATH, told({}), Idempotency_Key=key)
        assert (answer.status_code, answer.json()["code"]) == (400, "api.idempotency_key_missing")
    assert not ImportRun.objects.exists()


def test_keys_of_two_callers_have_nothing_to_do_with_each_other(call_as):
    for _ in range(2):
        answer = call_as("operator", "customers:write").post(PATH, told({}), Idempotency_Key="one")
        assert "Idempotency-Replayed" not in answer.headers
    assert ImportRun.objects.count() == 2


def test_replaced_key_goes_on_with_the_calls_of_the_old_one(taken_by, staff):
    old = taken_by("operator", "customers:write")
    Caller(old.secret).post(PATH, told({}), Idempotency_Key="one")
    new = actions.replace(old.key_id, staff["operator"], overlap=timedelta(0))
    assert Caller(new.secret).post(PATH, told({}), Idempotency_Key="one").headers["Idempotency-Replayed"]
    assert ImportRun.objects.count() == 1


def test_refused_request_has_used_up_nothing(call_as, monkeypatch):
    def busy(*_):
        raise FileRefused("ほかのファイルを取り込んでいます。", remedy="終わってから。")

    caller = call_as("operator", "customers:write")
    with monkeypatch.context() as patch:
        patch.setattr(calls, "take_rows", busy)
        answer = caller.post(PATH, told({}), Idempotency_Key="one")
        assert (answer.status_code, answer.json()["code"]) == (409, "customers.file_refused")
    done = caller.post(PATH, told({}), Idempotency_Key="one")
    assert done.status_code == 200
    assert "Idempotency-Replayed" not in done.headers


def test_crash_leaves_neither_effect_nor_answer(call_as, monkeypatch):
    took = calls.take_rows

    def die(rows, mark):
        took(rows, mark)
        raise RuntimeError("値を含むかもしれない言葉")

    caller = call_as("operator", "customers:write")
    with monkeypatch.context() as patch:
        patch.setattr(calls, "take_rows", die)
        answer = caller.post(PATH, told({}), Idempotency_Key="one")
        assert (answer.status_code, answer.json()["code"]) == (500, "api.http_500")
        assert "言葉" not in answer.content.decode()
    assert not Customer.objects.exists()
    assert caller.post(PATH, told({}), Idempotency_Key="one").json()["created"] == 1


def test_calls_are_forgotten_after_24_hours_and_not_before(call_as):
    caller = call_as("operator", "customers:write")
    caller.post(PATH, told({}), Idempotency_Key="old")
    Call.objects.update(begun_at=timezone.now() - timedelta(hours=24, seconds=1))
    caller.post(PATH, told({}), Idempotency_Key="young")
    assert once.forget_old() == 1
    assert Call.objects.count() == 1


@pytest.fixture
def key(committed_db):
    from keizoku.accounts.models import Staff
    from keizoku.kernel.actor import Actor

    Staff.objects.create(login="operator", display_name="企画さん", role="operator")
    wanted = actions.Grant("operator", "競争", ("customers:write",), 30)
    return actions.grant_and_take(wanted, actor=Actor.system("test")).secret


def send(key):
    try:
        return Caller(key).post(PATH, told({}), Idempotency_Key="one")
    finally:
        connection.close()


def test_second_of_two_equal_requests_is_told_to_wait_while_the_first_works(key, monkeypatch):
    is_inside, may_go_on = threading.Event(), threading.Event()
    took = calls.take_rows

    def slow(rows, mark):
        outcome = took(rows, mark)
        is_inside.set()
        assert may_go_on.wait(60)
        return outcome

    monkeypatch.setattr(calls, "take_rows", slow)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(send, key)
        assert is_inside.wait(60)
        second = pool.submit(send, key).result(60)
        may_go_on.set()
        assert first.result(60).status_code == 200
    assert (second.status_code, second.json()["code"]) == (409, "api.idempotency_key_under_way")
    assert second.headers["Retry-After"] == "1"
    assert send(key).headers["Idempotency-Replayed"] == "true"
    assert (ImportRun.objects.count(), Customer.objects.count()) == (1, 1)


def test_of_two_equal_requests_at_once_one_works_whatever_their_order(key):
    begin = threading.Barrier(4)

    def race():
        begin.wait(60)
        return send(key)

    with ThreadPoolExecutor(4) as pool:
        answers = [future.result(60) for future in [pool.submit(race) for _ in range(4)]]
    done = [answer for answer in answers if answer.status_code == 200]
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert sum("Idempotency-Replayed" not in answer.headers for answer in done) == 1
    assert (ImportRun.objects.count(), Customer.objects.count()) == (1, 1)
