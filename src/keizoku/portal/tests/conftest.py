"""Imports stand inside the fixtures: this file is read before Django is set up."""

import pytest


@pytest.fixture
def review(db, tmp_path):
    """Taro's open review: born 1960-04-08, account 1234567, 東京都渋谷区, 090-1234-5678."""
    from keizoku.reviews.tests import people

    (taro,) = people.import_customers(tmp_path)
    return people.open_for(taro)[0]


@pytest.fixture
def customer(db):
    """A browser that has not been here before."""
    from keizoku.portal.tests.browser import Browser

    return Browser()
