import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keizoku.accounts.sessions import SessionStore


@pytest.fixture
def session(db):
    store = SessionStore()
    store["name"] = "first"
    store.save()
    return store


def test_end_is_put_off_by_one_statement(session):
    again = SessionStore(session.session_key)
    again["name"] = "second"
    with CaptureQueriesContext(connection) as asked:
        again.save()
    assert len(asked) == 1
    assert SessionStore(session.session_key)["name"] == "second"


def test_session_that_was_ended_elsewhere_does_not_come_back(session):
    again = SessionStore(session.session_key)
    again["name"] = "second"
    session.delete()
    with pytest.raises(UpdateError):
        again.save()
    assert not SessionStore().exists(session.session_key)


def test_new_session_and_a_new_key_take_a_statement_each(db):
    store = SessionStore()
    store["name"] = "first"
    with CaptureQueriesContext(connection) as asked:
        store.save()
    assert len(asked) == 1
    before = store.session_key
    with CaptureQueriesContext(connection) as asked:
        store.cycle_key()
    assert len(asked) == 1
    assert store.modified
    assert not SessionStore().exists(before)
    assert SessionStore(store.session_key)["name"] == "first"


def test_of_two_steps_at_once_each_gets_a_key_of_its_own(session):
    first, second = SessionStore(session.session_key), SessionStore(session.session_key)
    assert first["name"] == second["name"]
    first.cycle_key()
    second.cycle_key()
    keys = {session.session_key, first.session_key, second.session_key}
    assert len(keys) == 3
    assert [SessionStore(key).get("name") for key in (first.session_key, second.session_key)] == ["first"] * 2
    assert not SessionStore().exists(session.session_key)


def test_slow_request_does_not_undo_what_another_wrote_meanwhile(session):
    slow, quick = SessionStore(session.session_key), SessionStore(session.session_key)
    slow["name"], quick["name"] = slow["name"], quick["name"]
    quick["news"] = "saved"
    del quick["name"]
    quick.save()
    slow.set_expiry(600)
    slow.save()
    found = SessionStore(session.session_key)
    assert (found["news"], found["_session_expiry"], "name" in found) == ("saved", 600, False)


def test_of_two_words_for_the_same_the_later_stands(session):
    one, other = SessionStore(session.session_key), SessionStore(session.session_key)
    one["name"], other["name"] = one["name"] + " one", other["name"] + " other"
    one.save()
    other.save()
    assert SessionStore(session.session_key)["name"] == "first other"
