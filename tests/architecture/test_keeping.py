"""Nothing is kept without a period or a reason: every table is covered by a kind or listed as exempt."""

from django.db import connection

from keizoku.kernel.keeping import Verb
from keizoku.retention.registry import exempt, kinds


def tables():
    """All tables of the database but the partitions of others."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition "
            "AND relnamespace = 'public'::regnamespace"
        )
        return {name for (name,) in cursor.fetchall()}


def covered():
    return {way.table for kind in kinds().values() for way in kind.ways if way.verb is not Verb.UPDATE}


def test_every_table_has_a_period_or_a_reason(db):
    unknown = tables() - covered() - set(exempt())
    assert unknown == set(), "add it to a kind, or to EXEMPT with the reason, in its room's kept.py"


def test_nothing_is_named_that_does_not_exist_and_nothing_twice(db):
    assert (covered() | set(exempt())) - tables() == set()
    assert covered() & set(exempt()) == set()


def test_database_knows_the_kinds_as_the_rooms_say_them(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, start, least_months, due FROM retention_kind")
        known = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(
            "SELECT kind, table_name, verb, condition, assignments FROM retention_way ORDER BY kind, ordinal"
        )
        ways = cursor.fetchall()

    assert known == {
        kind.name: (kind.start.value, kind.least_months, " ".join(kind.due.split()))
        for kind in kinds().values()
    }
    assert ways == [
        (name, way.table, way.verb.value, way.condition, way.assignments)
        for name in sorted(kinds())
        for way in kinds()[name].ways
    ]


def test_every_exemption_says_why():
    assert all(reason.strip() for reason in exempt().values())
