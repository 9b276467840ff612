"""Ratings of one and of all keep apart, so that an older view of the facts never overwrites a newer one."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from django.db.utils import OperationalError

from keizoku.kernel.actor import Actor
from keizoku.risk import actions, models
from keizoku.risk.tests.people import TODAY, customer

PLANNER = Actor.system("planner")


@contextmanager
def another_session(url: str, lock: str) -> Iterator[None]:
    """Somebody else's open transaction that holds the ratings' lock; ours gives up at once."""
    actions.install_standard_scorecard(Actor.staff(1), Actor.staff(2))
    with psycopg.connect(url) as other, connection.cursor() as cursor:
        other.execute(f"SELECT {lock}(%s)", [actions._RATING_LOCK])
        cursor.execute("SET lock_timeout = '50ms'")
        yield


def test_one_waits_while_a_range_is_rated(committed_db) -> None:
    person = customer()
    with (
        another_session(committed_db.url("app"), "pg_advisory_xact_lock"),
        pytest.raises(OperationalError, match="lock timeout"),
    ):
        actions.rate_one(person, PLANNER, TODAY)
    assert not models.Rating.objects.exists()
    assert actions.rate_one(person, PLANNER, TODAY).is_new


def test_a_range_waits_while_one_is_rated(committed_db) -> None:
    customer()
    with (
        another_session(committed_db.url("app"), "pg_advisory_xact_lock_shared"),
        pytest.raises(OperationalError, match="lock timeout"),
    ):
        actions.rate_everybody(PLANNER, TODAY)
    assert not models.Rating.objects.exists()
    assert actions.rate_everybody(PLANNER, TODAY).rated == 1


def test_two_single_ratings_do_not_wait_for_each_other(committed_db) -> None:
    person = customer()
    with another_session(committed_db.url("app"), "pg_advisory_xact_lock_shared"):
        assert actions.rate_one(person, PLANNER, TODAY).is_new
