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
