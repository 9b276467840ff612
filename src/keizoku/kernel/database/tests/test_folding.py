import pytest
from django.db import connection

from keizoku.kernel.database.folding import fold


@pytest.fixture
def counters(db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE told (place text, day int, count int) ON COMMIT DROP")
        cursor.execute(
            "INSERT INTO told VALUES ('a', 1, 2), ('a', 1, 3), ('a', 2, 1), ('b', 1, 4), ('b', 1, -4), ('c', NULL, 1), ('c', NULL, 1)"
        )


def told():
    with connection.cursor() as cursor:
        cursor.execute("SELECT place, day, count FROM told ORDER BY 1, 2, 3")
        return cursor.fetchall()


def test_many_rows_of_a_key_become_their_sum_and_nothing_of_nought(counters):
    assert fold("told", ("place", "day")) == 4
    assert told() == [("a", 1, 5), ("a", 2, 1), ("c", None, 1), ("c", None, 1)]


def test_a_second_time_changes_nothing(counters):
    fold("told", ("place", "day"))
    before = told()
    assert (fold("told", ("place", "day")), told()) == (0, before)
