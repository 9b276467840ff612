"""A production database is not served with a sandbox on this machine as its carrier."""

import os
import subprocess
import sys

import psycopg
import pytest


@pytest.fixture
def production(committed_db):
    """A clone that says it was created as production: its append-only guard is lifted for that moment."""
    with psycopg.connect(committed_db.url("superuser"), autocommit=True) as connection:
        connection.execute("ALTER TABLE kernel_installation DISABLE TRIGGER ALL")
        connection.execute("UPDATE kernel_installation SET kind = 'production'")
    return {
        **os.environ,
        **committed_db.environment,
        "KEIZOKU_INSTALLATION_KIND": "production",
        "KEIZOKU_LINE_API_URL": "https://api.line.me",
        "KEIZOKU_SMTP_HOST": "relay.example.jp",
    }


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize(
    ("variable", "address", "host"),
    [
        ("KEIZOKU_LINE_API_URL", "http://127.0.0.1:8100", "127.0.0.1"),
        ("KEIZOKU_SMTP_HOST", "localhost", "localhost"),
    ],
)
def test_production_does_not_start_with_a_carrier_on_this_machine(
    production, command, variable, address, host
):
    refused = subprocess.run(
        [sys.executable, "-m", "keizoku", command],
        env=production | {variable: address},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert refused.returncode == 1
    assert f"{variable} names {host}: this database is production's" in refused.stderr
    assert "Traceback" not in refused.stderr
