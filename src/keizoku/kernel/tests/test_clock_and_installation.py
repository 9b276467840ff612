"""Two clocks, and what a demo and a production database allow."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from keizoku.kernel import clock, installation
from keizoku.kernel.clock import ClockRefused
from keizoku.kernel.environment import BadSetting
from keizoku.kernel.models import BusinessClock, Installation


def test_business_time_runs_with_wall_time_until_it_is_moved(db):
    assert abs(clock.business_now() - timezone.now()) < timedelta(seconds=5)

    clock.advance(timedelta(days=7))

    assert abs(clock.business_now() - timezone.now() - timedelta(days=7)) < timedelta(seconds=5)
    assert clock.offset() == timedelta(days=7)


@pytest.mark.parametrize("by", [timedelta(0), timedelta(days=-1)])
def test_business_time_never_goes_back(db, by):
    with pytest.raises(ClockRefused):
        clock.advance(by)

    clock.advance(timedelta(days=1))
    with pytest.raises(DatabaseError, match="never goes back"), transaction.atomic():
        BusinessClock.objects.update(ahead_by=timedelta(0))


def test_production_refuses_a_change_of_its_clock(committed_db, monkeypatch):
    import psycopg

    with psycopg.connect(committed_db.url("superuser"), autocommit=True) as superuser:
        superuser.execute("ALTER TABLE kernel_installation DISABLE TRIGGER append_only")
        superuser.execute("UPDATE kernel_installation SET kind = 'production'")

    with pytest.raises(ClockRefused, match="本番環境"):
        clock.advance(timedelta(days=1))
    with pytest.raises(DatabaseError, match="never moves"), transaction.atomic():
        BusinessClock.objects.update(ahead_by=timedelta(days=1))
    with pytest.raises(BadSetting, match="KEIZOKU_SMTP_HOST"):
        installation.check_carriers({"KEIZOKU_SMTP_HOST": "127.0.0.1"})
    installation.check_carriers({"KEIZOKU_LINE_API_URL": "https://api.line.me"})


def test_demo_refuses_a_real_carrier(db):
    installation.check_carriers(
        {"KEIZOKU_LINE_API_URL": "http://127.0.0.1:8100", "KEIZOKU_SMTP_HOST": "localhost"}
    )

    with pytest.raises(BadSetting, match=r"KEIZOKU_LINE_API_URL names api\.line\.me"):
        installation.check_carriers({"KEIZOKU_LINE_API_URL": "https://api.line.me"})


def test_app_cannot_change_what_the_installation_is(db):
    with pytest.raises(DatabaseError), transaction.atomic():
        Installation.objects.update(kind="production")
    with pytest.raises(DatabaseError), transaction.atomic():
        Installation.objects.create(id=1, kind="production")
