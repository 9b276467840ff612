"""Thirty processes die at random moments of running campaigns: ``keizoku soak`` counts the harm, and there is none."""

import json
import os
import subprocess
import sys

import pytest

from journeys.house import SOURCE
from keizoku.kernel.database import embedded

KILLS = 30


@pytest.fixture
def installation(tmp_path):
    yield tmp_path
    if (tmp_path / "soak").exists():
        embedded.stop(tmp_path / "soak")


def test_thirty_kills_leave_nobody_written_to_twice_or_after_the_answer_and_nothing_lost(installation):
    environment = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
    done = subprocess.run(
        [sys.executable, "-m", "keizoku", "soak", "--kills", str(KILLS)],
        env=environment | {"KEIZOKU_STATE": str(installation), "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.stdout, done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert told["breaches"] == [], told
    assert done.returncode == 0
    assert (told["kills"], told["sent_twice"], told["sent_after_answer"], told["lost"]) == (KILLS, 0, 0, {})
    assert told["unknown"] <= told["window"] * KILLS
    assert told["deliveries"] > 0
    assert len(told["killed"]) >= 4  # senders, worker, web server, database
