"""Ratings of one and of all keep apart, so that an older view of the facts never overwrites a newer one."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from django.db.utils import OperationalError

from keizoku.kernel.actor import Actor
from keizoku.risk import actions, locks, models
from keizoku.risk.tests.people import PLAIN, TODAY, customer, insert

PLANNER = Actor.system("planner")


@contextmanager
def another_session(url: str, lock: str, *of: int) -> Iterator[None]:
    """Somebody else's open transaction that holds this lock; ours gives up at once."""
    actions.install_standard_scorecard(Actor.staff(1), Actor.staff(2))
    places = ", ".join(["%s"] * len(of))
    with psycopg.connect(url) as other, connection.cursor() as cursor:
        other.execute(f"SELECT {lock}({places})", of)
        cursor.execute("SET lock_timeout = '50ms'")
        yield


def test_one_waits_while_its_block_is_rated(committed_db) -> None:
    person = customer()
    with (
        another_session(
            committed_db.url("app"), "pg_advisory_xact_lock", locks._RATING, locks.block_of(person)
        ),
        pytest.raises(OperationalError, match="lock timeout"),
    ):
        actions.rate_one(person, PLANNER, TODAY)
    assert not models.Rating.objects.exists()
    assert actions.rate_one(person, PLANNER, TODAY).is_new


def test_one_does_not_wait_while_another_block_is_rated(committed_db) -> None:
    person = customer()
    block = locks.block_of(person) + 1
    with another_session(committed_db.url("app"), "pg_advisory_xact_lock", locks._RATING, block):
        assert actions.rate_one(person, PLANNER, TODAY).is_new


def test_nobody_is_rated_while_a_scorecard_is_put_in_force(committed_db) -> None:
    person = customer()
    with (
        another_session(committed_db.url("app"), "pg_advisory_xact_lock", locks._RATING),
        pytest.raises(OperationalError, match="lock timeout"),
    ):
        actions.rate_one(person, PLANNER, TODAY)
    assert not models.Rating.objects.exists()


def test_a_block_waits_while_one_of_it_is_rated(committed_db) -> None:
    person = customer()
    with (
        another_session(
            committed_db.url("app"), "pg_advisory_xact_lock_shared", locks._RATING, locks.block_of(person)
        ),
        pytest.raises(OperationalError, match="lock timeout"),
    ):
        actions.rate_everybody(PLANNER, TODAY)
    assert not models.Rating.objects.exists()
    assert actions.rate_everybody(PLANNER, TODAY).rated == 1


def test_two_single_ratings_do_not_wait_for_each_other(committed_db) -> None:
    person = customer()
    block = locks.block_of(person)
    with another_session(committed_db.url("app"), "pg_advisory_xact_lock_shared", locks._RATING, block):
        assert actions.rate_one(person, PLANNER, TODAY).is_new


def test_blocks_are_rated_over_two_connections_and_a_broken_run_is_simply_run_again(
    committed_db, monkeypatch
) -> None:
    monkeypatch.setattr(locks, "CUSTOMERS_A_BLOCK", 10)
    actions.install_standard_scorecard(Actor.staff(1), Actor.staff(2))
    insert([PLAIN] * 60)

    def stop(done: int, total: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        actions.rate_everybody(PLANNER, TODAY, stop)
    done = models.Rating.objects.count()
    assert 0 < done < 60
    assert models.Standing.objects.count() == done
    assert actions.rate_everybody(PLANNER, TODAY).rated == 60 - done
    assert models.Rating.objects.count() == 60
