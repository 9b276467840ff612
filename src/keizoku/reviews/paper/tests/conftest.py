"""Imports stand inside the fixtures: this file is read before Django is set up."""

import pytest

from keizoku.reviews.tests.conftest import answered, review, reviewer, taro  # noqa: F401 - fixtures


@pytest.fixture
def one(db):
    from keizoku.reviews.paper.tests import forms_back

    return forms_back.staff("one")


@pytest.fixture
def two(db):
    from keizoku.reviews.paper.tests import forms_back

    return forms_back.staff("two")


@pytest.fixture
def form(review, one):  # noqa: F811 - the fixture
    """A registered form's id."""
    from keizoku.reviews.paper.tests import forms_back

    return forms_back.arrive(review, one)
