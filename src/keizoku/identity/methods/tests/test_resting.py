"""On which method whose last verification rests."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from keizoku.identity.methods import resting
from keizoku.identity.methods.resting import Ground
from keizoku.identity.models import Verification
from keizoku.identity.rules.purposes import LegalUse
from keizoku.identity.rules.states import State
from keizoku.kernel.ids import uuid7

BY_LAW = LegalUse.STATUTORY
IMAGE = Ground(BY_LAW, "proceeds_of_crime", "IMG_DOC_FACE")
CHIP = Ground(BY_LAW, "proceeds_of_crime", "IC_FACE")
ONGOING = Ground(LegalUse.ONGOING_CHECK, "", "")
DAY = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def verified(customer, ground, at=DAY, state=State.PASSED):
    """A verification as it lies there in the end; how it came to it is others' test."""
    return Verification.objects.create(
        key=uuid7(),
        customer_id=customer,
        purpose="account_opening",
        legal_use=ground.legal_use.value,
        statute=ground.statute,
        method=ground.method,
        state=state.value,
        state_since=at,
        asked_by="system:test",
        asked_at=at,
    ).id


@pytest.fixture
def three(db, make_customers):
    return make_customers(3)


def test_the_last_of_each_use_counts_and_a_refused_one_does_not(three):
    one, two, three_ = three
    verified(one, IMAGE, DAY - timedelta(days=400))
    verified(one, CHIP)
    verified(one, ONGOING, DAY + timedelta(days=1))
    verified(two, IMAGE)
    verified(two, CHIP, DAY + timedelta(days=2), State.REFUSED)
    verified(three_, IMAGE, DAY + timedelta(days=3))

    told = [(one.ground, one.count, one.first_on, one.last_on) for one in resting.counts(None)]
    assert told == [
        (IMAGE, 2, date(2026, 11, 22), date(2026, 11, 25)),
        (CHIP, 1, date(2026, 11, 22), date(2026, 11, 22)),
        (ONGOING, 1, date(2026, 11, 23), date(2026, 11, 23)),
    ]
    assert [(one.customer_id, one.letter) for one in resting.people(IMAGE, None)] == [
        (two, "ホ"),
        (three_, "ホ"),
    ]
    assert [one.customer_id for one in resting.people(IMAGE, None, after=two)] == [three_]
    assert [(one.customer_id, one.letter) for one in resting.people(ONGOING, None)] == [(one, "")]


def test_everybody_comes_in_batches(three, monkeypatch):
    for customer in three:
        verified(customer, CHIP)
    monkeypatch.setattr(resting, "BATCH", 2)
    assert [one.customer_id for one in resting.everybody(CHIP, None)] == sorted(three)


def test_the_index_gives_the_order(three):
    verified(three[0], CHIP)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + resting._LAST.format(""))
        assert "identity_last_passed" in "\n".join(line for (line,) in cursor.fetchall())
