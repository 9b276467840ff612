"""Imports stand inside the fixtures: this file is read before Django is set up."""

import pytest


@pytest.fixture
def sight():
    """Whoever looks at pictures in this test is the double."""
    from keizoku.identity import ports
    from keizoku.identity.tests.doubles import Sight

    before = list(ports._made)
    double = Sight()
    ports.use(lambda: double)
    yield double
    ports._made[:] = before


@pytest.fixture
def clock(monkeypatch):
    """Wall time stands still until it is moved: ``clock(seconds=5)``."""
    from datetime import UTC, datetime, timedelta

    from django.utils import timezone

    now = [datetime(2026, 11, 22, 3, 0, tzinfo=UTC)]
    monkeypatch.setattr(timezone, "now", lambda: now[0])

    def move(**by: float) -> None:
        now[0] += timedelta(**by)

    return move


@pytest.fixture
def taro(db, make_customers):
    """A customer's id."""
    return make_customers(1)[0]


@pytest.fixture
def asked(taro):
    """A verification of Taro that was asked for."""
    from keizoku.identity.tests.people import ask_for

    return ask_for(taro)
