"""The command line: every command explains itself, and what must not happen is refused in words."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from keizoku.cli import _COMMANDS, main
from keizoku.customers.models import Customer, ImportRun


def keizoku(*arguments, environment=None, typed=""):
    return subprocess.run(
        [sys.executable, "-m", "keizoku", *arguments],
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_help_lists_every_command():
    listed = CliRunner().invoke(main, ["--help"]).output

    assert all(f"\n  {name} " in listed for name in _COMMANDS)


@pytest.mark.parametrize("name", sorted(_COMMANDS))
def test_command_explains_itself(name):
    shown = CliRunner().invoke(main, [name, "--help"])

    assert shown.exit_code == 0
    assert len(shown.output.splitlines()) > 3


def test_unknown_command_is_refused():
    refused = CliRunner().invoke(main, ["nonsense"])

    assert refused.exit_code == 2
    assert "No such command" in refused.output


@pytest.fixture
def environment(committed_db):
    import os

    return {**os.environ, **committed_db.environment}


def test_demo_database_never_becomes_production(environment):
    refused = keizoku("database", "create", "--kind", "production", environment=environment)

    assert refused.returncode == 1
    assert "this database was created as a demo; it stays so" in refused.stderr


def test_demo_does_not_serve_with_a_real_carrier(environment):
    refused = keizoku("worker", environment=environment | {"KEIZOKU_LINE_API_URL": "https://api.line.me"})

    assert refused.returncode == 1
    assert "KEIZOKU_LINE_API_URL names api.line.me: this database is a demo's" in refused.stderr


def test_missing_setting_is_named(environment):
    refused = keizoku("rate", environment=environment | {"KEIZOKU_SMTP_PORT": "abc"})

    assert refused.returncode == 1
    assert "KEIZOKU_SMTP_PORT must be a whole number, not 'abc'" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_file_of_a_bank_is_imported_and_rated_after_two_people_put_a_scorecard_in_force(
    environment, tmp_path
):
    sample = tmp_path / "customers.csv"
    assert (
        keizoku("sample", "customers", "--count", "50", "--dirty", "4%", "--out", str(sample)).returncode == 0
    )
    imported = keizoku("import", str(sample), environment=environment)
    assert "新規 48" in imported.stdout
    unrated = keizoku("rate", environment=environment)
    assert (unrated.returncode, "有効なスコアカードがありません" in unrated.stderr) == (1, True)
    for login, role in (("kon", "compliance"), ("abe", "approver")):
        added = keizoku("staff", "add", login, "--name", login, "--role", role, environment=environment)
        assert "/console/ticket/" in added.stdout
    drafted = keizoku("scorecard", "draft", "--by", "kon", environment=environment)
    assert drafted.returncode == 0, drafted.stderr
    number = drafted.stdout.split()[1]
    by_maker = keizoku("scorecard", "activate", number, "--by", "kon", environment=environment, typed="y\n")
    assert "needs the permission risk.approve" in by_maker.stderr
    activated = keizoku("scorecard", "activate", number, "--by", "abe", environment=environment, typed="y\n")
    assert activated.returncode == 0, activated.stderr

    rated = keizoku("rate", environment=environment)

    assert rated.returncode == 0, rated.stderr
    assert Customer.objects.filter(standing__isnull=False).count() == 48


def test_import_whose_rows_are_prepared_by_processes_of_its_own_runs_the_command_once(environment, tmp_path):
    sample = tmp_path / "customers.csv"
    keizoku("sample", "customers", "--count", "9000", "--out", str(sample))

    imported = keizoku("import", str(sample), environment=environment)

    assert imported.returncode == 0, imported.stderr
    assert imported.stdout.count("新規 9,000") == 1
    assert ImportRun.objects.count() == 1


def test_refusal_is_one_plain_sentence(environment, tmp_path):
    broken = tmp_path / "broken.csv"
    broken.write_text("a,b\n1,2\n")

    refused = keizoku("import", str(broken), environment=environment)

    assert refused.returncode == 1
    assert "見出し行に必要な列がない" in refused.stderr
    assert "Traceback" not in refused.stderr
