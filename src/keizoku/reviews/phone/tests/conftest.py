"""Somebody at the phone desk, and Taro's review. Imports stand inside the fixtures: read before Django is set up."""

import pytest


@pytest.fixture
def taro(db, tmp_path):
    from keizoku.reviews.tests import people

    return people.import_customers(tmp_path)[0]


@pytest.fixture
def review(taro):
    from keizoku.reviews.tests import people

    return people.open_for(taro)[0]


@pytest.fixture
def desk(db):
    from keizoku.reviews.tests import people

    return people.make_staff("phone", "operator")


@pytest.fixture
def call(review, desk):
    """A call of Taro, found by his reference code, not verified."""
    from keizoku.reviews.phone import calls

    return calls.seek(f"{review.reference:011d}", desk).call_id


@pytest.fixture
def verified(call, desk):
    from keizoku.reviews.phone.tests import callers

    callers.verify(call, desk)
    return call
