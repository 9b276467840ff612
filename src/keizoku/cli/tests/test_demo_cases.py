"""The cases that a demo's visitor finds ready."""

from typing import Any

import pytest
from rich.progress import Progress

from keizoku.cli.demo import cases, first_data, places
from keizoku.cli.demo.cases import suspicions
from keizoku.customers.models import (
    ChannelStop,
    Customer,
    Duplicate,
    Fact,
    ImportConflict,
    Note,
    Relation,
    Task,
)
from keizoku.reviews.paper.models import PaperForm
from keizoku.reviews.phone.models import CallBack
from keizoku.risk.models import Circumstance, Event

EXPECTED = {
    "conflicts": 10,
    "in_force": 3,
    "requested": 1,
    "events": 4,
    "doubles": 3,
    "relations": 5,
    "with_attribute": 3,
    "notes": 2,
    "tasks": 2,
    "stopped_channels": 1,
    "ended": 1,
    "promised": 1,
    "forms": ["registered", "keyed_once"],
}


@pytest.fixture
def there(db: None, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> places.Places:
    """A demo of 500 customers."""
    monkeypatch.setattr(first_data, "CUSTOMERS", 500)
    here = places.Places(tmp_path, 1, 2, 3, 4)
    with Progress(disable=True) as bar:
        first_data.prepare(here, bar)
    return here


def counts() -> dict[str, object]:
    return {
        "conflicts": ImportConflict.objects.filter(state=ImportConflict.State.WAITING).count(),
        "in_force": Circumstance.objects.filter(state=Circumstance.State.IN_FORCE).count(),
        "requested": Circumstance.objects.filter(state=Circumstance.State.REQUESTED).count(),
        "events": Event.objects.filter(kind="returned_mail").count(),
        "doubles": Duplicate.objects.filter(state="found").count(),
        "relations": Relation.objects.count(),
        "with_attribute": Fact.objects.exclude(attributes={}).count(),
        "notes": Note.objects.count(),
        "tasks": Task.objects.count(),
        "stopped_channels": ChannelStop.objects.count(),
        "ended": Customer.objects.filter(state="closed").count(),
        "promised": CallBack.objects.count(),
        "forms": list(PaperForm.objects.order_by("id").values_list("state", flat=True)),
    }


def test_conflicts_suspicions_an_override_and_returned_mail_are_ready(there: places.Places) -> None:
    assert counts() == EXPECTED
    assert set(ImportConflict.objects.values_list("field", flat=True)) == {"address", "occupation"}


def test_second_start_makes_nothing_twice(there: places.Places) -> None:
    with Progress(disable=True) as bar:
        first_data.prepare(there, bar)
    assert counts() == EXPECTED


def test_start_that_was_interrupted_goes_on_without_repeating(
    db: None, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_data, "CUSTOMERS", 500)
    here = places.Places(tmp_path, 1, 2, 3, 4)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as interrupted, Progress(disable=True) as bar:
        interrupted.setattr(suspicions, "return_mail", die)
        with pytest.raises(KeyboardInterrupt):
            first_data.prepare(here, bar)
    assert not cases.ready()
    with Progress(disable=True) as bar:
        first_data.prepare(here, bar)
    assert counts() == EXPECTED
