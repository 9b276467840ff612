"""A demo begins when its journeys send, whatever the hour and the weekday of its start."""

from datetime import datetime, timedelta

import pytest

from keizoku.audit.models import Entry
from keizoku.campaigns.journeys.rules.calendar import BANK_DAYS, TOKYO, is_open
from keizoku.cli.demo.opening import begin_open, next_visit
from keizoku.kernel import clock


def tokyo(*parts):
    return datetime(*parts, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("started", "begins"),
    [
        (tokyo(2026, 11, 20, 10, 30), tokyo(2026, 11, 20, 10, 30)),  # a Friday morning
        (tokyo(2026, 11, 20, 6), tokyo(2026, 11, 20, 9)),
        (tokyo(2026, 11, 20, 18), tokyo(2026, 11, 20, 18)),
        (tokyo(2026, 11, 20, 18, 1), tokyo(2026, 11, 24, 9)),  # too late for a visit; Monday is a holiday
        (tokyo(2026, 11, 22, 15), tokyo(2026, 11, 24, 9)),  # a Sunday
        (tokyo(2026, 12, 30, 21), tokyo(2027, 1, 4, 9)),  # the days around the new year
    ],
)
def test_demo_begins_where_a_visit_finds_the_calendar_open(started, begins):
    assert next_visit(started) == begins


def test_business_clock_is_moved_once_and_that_is_in_the_audit(db):
    clock.advance(tokyo(2030, 1, 1, 12) - clock.business_now())

    begins = begin_open()

    assert begins == tokyo(2030, 1, 4, 9)
    assert is_open(BANK_DAYS, clock.business_now())
    assert clock.business_now() - begins < timedelta(minutes=1)
    assert begin_open() is None
    (entry,) = Entry.objects.filter(action="kernel.clock.advanced")
    assert entry.details == {"days": 3}
