"""When a verification is due, and the marks that tell late from today without asking each case."""

from datetime import UTC, datetime, timedelta

from keizoku.identity.rules.desk import DAYS, marks
from keizoku.kernel.bank_days import is_closed
from keizoku.kernel.due import Urgency, due_at, urgency

FRIDAY = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # noon in Tokyo; Monday the 23rd is a holiday


def test_due_is_the_end_of_the_next_day_on_which_the_bank_is_open():
    assert due_at(FRIDAY, DAYS, is_closed) == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert urgency(due_at(FRIDAY, DAYS, is_closed), datetime(2026, 11, 23, 3, 0, tzinfo=UTC)) is Urgency.LATER
    assert urgency(due_at(FRIDAY, DAYS, is_closed), datetime(2026, 11, 24, 3, 0, tzinfo=UTC)) is Urgency.TODAY
    assert urgency(due_at(FRIDAY, DAYS, is_closed), datetime(2026, 11, 24, 8, 1, tzinfo=UTC)) is Urgency.LATE


def test_marks_agree_with_each_case_by_itself():
    now = datetime(2026, 11, 24, 8, 1, tzinfo=UTC)
    for at in (now, now - timedelta(hours=2), now + timedelta(days=9)):
        found = marks(at, is_closed)
        for back in range(0, 24 * 12, 5):
            since = at - timedelta(hours=back)
            by_mark = (
                Urgency.LATE
                if since < found.late
                else Urgency.TODAY
                if since < found.today
                else Urgency.LATER
            )
            assert by_mark is urgency(due_at(since, DAYS, is_closed), at), (at, since)
