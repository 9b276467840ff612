"""Nothing that the app's role can say or set lifts a guard, and the owner lifts it for one table and one transaction."""

import psycopg
import pytest
from django.db import connection


def test_app_can_neither_read_nor_write_what_lifts(db):
    with connection.cursor() as cursor:
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"):
            cursor.execute("SELECT has_table_privilege('keizoku_app', 'keizoku_lift', %s)", [right])
            assert cursor.fetchone() == (False,), right


@pytest.fixture
def owner(committed_db):
    with psycopg.connect(committed_db.url("owner"), autocommit=True) as connected:
        yield connected


def test_owner_is_refused_outside_of_a_lift(owner):
    with pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute("DELETE FROM kernel_installation")


LIFTED = "INSERT INTO keizoku_lift VALUES (pg_current_xact_id(), 'DELETE', 'kernel_installation')"


def test_lift_holds_for_its_operation_only(owner):
    owner.autocommit = False
    owner.execute(LIFTED)
    assert owner.execute("DELETE FROM kernel_installation").rowcount == 1
    with pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute("UPDATE kernel_installation SET kind = 'production'")
    owner.rollback()


def test_lift_holds_for_its_transaction_only(owner):
    owner.execute(LIFTED)
    with pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute("DELETE FROM kernel_installation")
    assert owner.execute("SELECT count(*) FROM kernel_installation").fetchone() == (1,)


def test_audit_is_never_lifted(owner):
    with pytest.raises(psycopg.errors.CheckViolation):
        owner.execute("INSERT INTO keizoku_lift VALUES (pg_current_xact_id(), 'DELETE', 'audit_entry')")
