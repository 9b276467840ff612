from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext

from keizoku.kernel.database import numbers

Applied = MigrationRecorder.Migration


def test_several_numbers_are_asked_by_one_statement(db):
    ours, all_of_them = (
        Applied.objects.filter(app="kernel"),
        list(Applied.objects.values_list("id", flat=True)),
    )
    with CaptureQueriesContext(connection) as asked:
        found = numbers.ask(numbers.rows(ours), numbers.total(Applied.objects.all(), "id"))
    assert (found, len(asked)) == ([ours.count(), sum(all_of_them)], 1)


def test_of_no_rows_both_are_nothing(db):
    none = Applied.objects.filter(app="no such room")
    assert numbers.ask(numbers.rows(none), numbers.total(none, "id")) == [0, 0]
    assert numbers.rows(none).asked() == 0


def test_no_question_asks_nothing(db):
    with CaptureQueriesContext(connection) as asked:
        assert numbers.ask() == []
    assert len(asked) == 0
