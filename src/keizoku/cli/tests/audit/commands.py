"""Runs ``keizoku audit …`` in the test's own process and database."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from keizoku.cli.audit import command


def run_here(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr("keizoku.cli.process.start_django", lambda: None)
    return lambda *arguments: CliRunner().invoke(command, [str(argument) for argument in arguments])
