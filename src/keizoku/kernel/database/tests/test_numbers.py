import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keizoku.accounts.models import Staff
from keizoku.kernel.database import numbers


@pytest.fixture
def three(db):
    for place, name in enumerate(("a", "b", "c"), start=1):
        Staff.objects.create(login=name, display_name=name, role="operator", failed_sign_ins=place)


def test_several_numbers_are_asked_by_one_statement(three):
    named = Staff.objects.filter(login__in=["a", "b"])
    with CaptureQueriesContext(connection) as asked:
        found = numbers.ask(
            numbers.rows(named), numbers.total(Staff.objects.filter(role="operator"), "failed_sign_ins")
        )
    assert (found, len(asked)) == ([2, 6], 1)


def test_of_no_rows_both_are_nothing(three):
    nobody = Staff.objects.filter(role="auditor")
    assert numbers.ask(numbers.rows(nobody), numbers.total(nobody, "failed_sign_ins")) == [0, 0]


def test_no_question_asks_nothing(three):
    with CaptureQueriesContext(connection) as asked:
        assert numbers.ask() == []
    assert len(asked) == 0
