"""What every command does before and after its own work."""

import click
import pytest
from django.db import ProgrammingError, connection, transaction

from keizoku.accounts.api_keys.models import ApiKey
from keizoku.cli import process


@pytest.fixture
def asking(db, monkeypatch):
    """A command that sends one statement."""
    monkeypatch.setattr(process, "start_django", lambda: None)

    @process.with_django
    def ask(statement):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    return ask


@pytest.mark.parametrize("statement", ["SELECT * FROM nowhere", "SELECT nothing FROM accounts_staff"])
def test_database_of_another_version_is_told_with_what_to_do(asking, statement):
    with pytest.raises(click.ClickException, match="keizoku database migrate"):
        asking(statement)


def test_any_other_mistake_in_a_statement_stays_what_it_is(asking):
    with pytest.raises(ProgrammingError):
        asking("SELEKT 1")


def test_number_that_names_nothing_is_told_in_one_sentence(db, monkeypatch):
    monkeypatch.setattr(process, "start_django", lambda: None)
    look = process.with_django(lambda number: ApiKey.objects.get(id=number))
    with pytest.raises(click.ClickException, match="There is no api key with this number"):
        look(999)
