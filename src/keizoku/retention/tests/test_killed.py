"""Destruction killed between and within batches, with real commits."""

import pytest
from django.db import connections

from keizoku.customers.models import RecordVersion
from keizoku.kernel import files
from keizoku.retention import queries
from keizoku.retention.actions import destroying
from keizoku.retention.models import Batch, Certificate, Item
from keizoku.retention.rules.states import Outcome, State
from keizoku.retention.tests.conftest import hire, install
from keizoku.retention.tests.house import approved, count


class Killed(BaseException):
    """The worker dies here."""


@pytest.fixture
def plan_id(committed_db, ended):
    """An approved plan over five customers."""
    install()
    people = hire()
    ended(5)
    return approved(people)


def left():
    return RecordVersion.objects.values("customer_id").distinct().count()


def test_killed_between_batches_goes_on_where_it_was(plan_id):
    def die(kind, _):
        if kind == "record":
            raise Killed

    with pytest.raises(Killed):
        destroying.destroy(plan_id, batch=2, between=die)
    assert left() == 3
    assert queries.plan(plan_id).state is State.APPROVED

    destroying.destroy(plan_id, batch=2)

    assert left() == 0
    assert queries.plan(plan_id).state is State.DONE
    assert not Item.objects.filter(plan_id=plan_id).exclude(outcome=Outcome.DESTROYED).exists()
    destroyed = {}
    for kind, number in Batch.objects.values_list("kind", "destroyed"):
        destroyed[kind] = destroyed.get(kind, 0) + number
    assert destroyed == {"record": 5, "rating": 5}


def test_killed_within_a_batch_leaves_it_whole(plan_id, monkeypatch):
    """The function has run, the transaction has not come to its end, and the connection is gone."""

    def die(*_, **__):
        connections["default"].connection.close()
        raise Killed

    monkeypatch.setattr(destroying.audit, "record_many", die)
    with pytest.raises(Killed):
        destroying.destroy(plan_id, batch=2)
    monkeypatch.undo()
    connections["default"].close()

    assert left() == 5
    assert count("retention_batch") == 0
    assert Item.objects.filter(plan_id=plan_id).exclude(outcome="").count() == 0

    destroying.destroy(plan_id, batch=2)
    assert left() == 0
    assert Certificate.objects.filter(plan_id=plan_id).count() == 1


def test_stored_file_that_went_before_the_kill_is_no_obstacle(committed_db, monkeypatch):
    from django.utils import timezone

    from keizoku.customers.models import ImportUpload

    install()
    people = hire()
    stored = files.store([b"row"])
    ImportUpload.objects.create(
        file=stored.id, file_name="a.csv", sha256=stored.sha256, size=3, as_of="2026-01-01", header=[],
        state="failed", requested_by="staff:1", changed_at=timezone.now().replace(year=2026, month=1),
    )  # fmt: skip
    plan_id = approved(people)

    def die(*_, **__):
        raise Killed

    monkeypatch.setattr(destroying.audit, "record_many", die)
    with pytest.raises(Killed):
        destroying.destroy(plan_id)
    monkeypatch.undo()
    assert count("customers_importupload") == 1

    destroying.destroy(plan_id)
    assert count("customers_importupload") == 0
