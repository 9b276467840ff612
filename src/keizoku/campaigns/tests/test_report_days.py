"""The days of a leak's reports around the new year (ADR 0036): counted through, and only the final one moves."""

from datetime import date

from keizoku.campaigns.incidents.rules import deadlines
from keizoku.campaigns.incidents.tasks import is_closed


def test_preliminary_report_whose_days_are_closed_does_not_move():
    # Known on Tuesday 29 December 2026: both days lie between the years, 2 January is a Saturday.
    found = deadlines(date(2026, 12, 29), is_wrongful=False, is_closed=is_closed)
    assert (found.aim, found.preliminary) == (date(2026, 12, 31), date(2027, 1, 2))


def test_final_report_is_not_due_on_a_closed_day_whatever_the_day_of_knowing():
    for day in range(1, 29):
        for known_on in (date(2026, 11, day), date(2026, 12, day)):
            assert not is_closed(deadlines(known_on, is_wrongful=False, is_closed=is_closed).final)
