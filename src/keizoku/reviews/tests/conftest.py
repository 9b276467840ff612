"""Imports stand inside the fixtures: this file is read before Django is set up."""

import pytest


@pytest.fixture
def taro(db, tmp_path):
    """A customer's id."""
    from keizoku.reviews.tests import people

    return people.import_customers(tmp_path)[0]


@pytest.fixture
def review(taro):
    """Taro's open review."""
    from keizoku.reviews.tests import people

    return people.open_for(taro)[0]


@pytest.fixture
def answered(review):
    """Taro's review with all five answers handed in."""
    from keizoku.reviews.actions import submit_answer
    from keizoku.reviews.tests import people

    people.answer_all(review.id)
    submit_answer(review.id, entry="code")
    review.refresh_from_db()
    return review


@pytest.fixture
def reviewer(db):
    from keizoku.reviews.tests import people

    return people.make_staff()


@pytest.fixture
def compliance(db):
    from keizoku.reviews.tests import people

    return people.make_staff("compliance", "compliance")


@pytest.fixture
def approver(db):
    from keizoku.reviews.tests import people

    return people.make_staff("approver", "approver")
