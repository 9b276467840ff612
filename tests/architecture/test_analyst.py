"""Whoever is granted ``keizoku_analyst`` reads the declared facts and the scorecards' ratings, and nothing else."""

import psycopg
import pytest
from django.apps import apps
from psycopg import errors

from keizoku.kernel.database.analyst import READABLE
from keizoku.kernel.database.roles import ANALYST

# column → why it is not for analysts
KEPT_BACK = {
    "customers_fact.attributes": "compliance adds them in the browser: nobody can say today what they will hold",
    "risk_rating.level": "beside the scored level it would tell of confidential circumstances",
    "risk_rating.level_basis": "names the circumstances' bound",
    "risk_rating.reasons": "hold the other circumstances as a reason",
}


@pytest.fixture
def analyst(committed_db):
    """A person's own role to which the group was granted, reading through it."""
    with psycopg.connect(committed_db.url("superuser"), autocommit=True) as connection:
        connection.execute(f"SET ROLE {ANALYST}")
        yield connection


def test_every_column_of_facts_and_ratings_is_declared_or_kept_back():
    models = {model._meta.db_table: model for model in apps.get_models()}
    for table, readable in READABLE.items():
        columns = {field.column for field in models[table]._meta.concrete_fields}
        kept_back = {name.partition(".")[2] for name in KEPT_BACK if name.startswith(f"{table}.")}
        assert set(readable) | kept_back == columns, table
        assert not set(readable) & kept_back


def test_the_declared_columns_can_be_read(analyst, make_customers):
    make_customers(2)
    for table, columns in READABLE.items():
        assert len(analyst.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()) == 2


def test_no_other_column_of_any_table_can_be_read(analyst):
    readable = analyst.execute(
        "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0"
        " AND NOT a.attisdropped AND has_column_privilege(%s, c.oid, a.attnum, 'SELECT')",
        [ANALYST],
    ).fetchall()
    assert set(readable) == {(table, column) for table, columns in READABLE.items() for column in columns}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM customers_fact",
        "SELECT attributes FROM customers_fact",
        "SELECT level FROM risk_rating",
        "SELECT name FROM customers_recordversion",
        "SELECT count(*) FROM risk_circumstance",
        "SELECT level FROM risk_standing",
        "SELECT * FROM audit_entry",
        "UPDATE customers_fact SET branch = '001'",
        "DELETE FROM risk_rating",
        "INSERT INTO customers_fact (customer_id) VALUES (1)",
        "COPY customers_fact TO STDOUT",
        "CREATE TABLE mine (n int)",
        "CREATE TEMP TABLE mine (n int)",
        "SELECT nextval('audit_entry_id_seq')",
    ],
)
def test_what_was_not_declared_is_refused(analyst, statement):
    with pytest.raises(errors.InsufficientPrivilege):
        analyst.execute(statement)


def test_nothing_encrypted_or_keyed_is_declared():
    from tests.architecture.test_columns import ENCRYPTED, KEYED_DIGESTS

    hidden = {name.rpartition(".")[2] for name in ENCRYPTED | KEYED_DIGESTS}
    assert not hidden & {column for columns in READABLE.values() for column in columns}
