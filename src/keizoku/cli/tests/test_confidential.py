"""Tipping-off: commands print the same with and without a suspicion, as the screens do (console's test of the same name)."""

from typing import Any

import pytest
from click.testing import CliRunner
from django.db import transaction

from keizoku.cli import main, process
from keizoku.console.tests.conftest import staff as staff  # noqa: PLC0414 - a fixture shared with the screens' tests
from keizoku.console.tests.test_risk_confidential import _FLEETING, base, override, suspect
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.risk import actions

__all__ = ["base", "staff"]

COMMANDS = (
    "due summary",
    "due simplified",
    "stale",
    "stale --field address",
    "scorecard list",
    "task list",
    "duplicates list",
    "return list",
)


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands run in the test's own transaction."""
    monkeypatch.setattr(process, "start_django", lambda: None)


def told_after(happen: Any) -> dict[str, str]:
    """What every command prints after something happened, which then never did."""
    with transaction.atomic():
        happen()
        actions.rate_everybody(Actor.system("test"), business_today())
        answers = {line: CliRunner().invoke(main, line.split()) for line in COMMANDS}
        transaction.set_rollback(True)
    assert {line: one.output for line, one in answers.items() if one.exit_code} == {}
    return {line: _FLEETING.sub("", one.output) for line, one in answers.items()}


def test_suspicion_of_somebody_high_by_the_points_changes_no_output(base: Any, staff: Any) -> None:
    customer, _ = base
    assert told_after(lambda: None) == told_after(lambda: suspect(customer, staff))


def test_level_that_rose_by_suspicion_is_told_as_one_that_was_overridden(base: Any, staff: Any) -> None:
    _, customer = base
    overridden = told_after(lambda: override(customer, staff))
    assert overridden == told_after(lambda: suspect(customer, staff))
    assert overridden != told_after(lambda: None)
