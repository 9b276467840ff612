"""The cases that a demo's visitor finds ready."""

from typing import Any

import pytest
from rich.progress import Progress

from keizoku.cli.demo import cases, first_data, places
from keizoku.customers.models import ImportConflict
from keizoku.risk.models import Circumstance, Event


@pytest.fixture
def there(db: None, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> places.Places:
    """A demo of 300 customers."""
    monkeypatch.setattr(first_data, "CUSTOMERS", 300)
    here = places.Places(tmp_path, 1, 2, 3)
    with Progress(disable=True) as bar:
        first_data.prepare(here, bar)
    return here


def counts() -> dict[str, int]:
    return {
        "conflicts": ImportConflict.objects.filter(state=ImportConflict.State.WAITING).count(),
        "in_force": Circumstance.objects.filter(state=Circumstance.State.IN_FORCE).count(),
        "requested": Circumstance.objects.filter(state=Circumstance.State.REQUESTED).count(),
        "events": Event.objects.filter(kind="returned_mail").count(),
    }


def test_conflicts_suspicions_an_override_and_returned_mail_are_ready(there: places.Places) -> None:
    assert counts() == {"conflicts": 10, "in_force": 3, "requested": 1, "events": 4}
    assert set(ImportConflict.objects.values_list("field", flat=True)) == {"address", "occupation"}


def test_second_start_makes_nothing_twice(there: places.Places) -> None:
    with Progress(disable=True) as bar:
        first_data.prepare(there, bar)
    assert counts() == {"conflicts": 10, "in_force": 3, "requested": 1, "events": 4}


def test_start_that_was_interrupted_goes_on_without_repeating(
    db: None, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_data, "CUSTOMERS", 300)
    here = places.Places(tmp_path, 1, 2, 3)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as interrupted, Progress(disable=True) as bar:
        interrupted.setattr(cases, "_return_mail", die)
        with pytest.raises(KeyboardInterrupt):
            first_data.prepare(here, bar)
    assert not cases.ready()
    with Progress(disable=True) as bar:
        first_data.prepare(here, bar)
    assert counts() == {"conflicts": 10, "in_force": 3, "requested": 1, "events": 4}
