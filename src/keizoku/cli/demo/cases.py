"""Cases that a visitor finds ready: conflicts with the bank's file, suspicion, a requested override, returned mail.

All are made through the rooms' own actions, of customers who are not due for a year, so that the walk's campaign keeps
its audience. Made once; ``ready`` tells whether they are there.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from keizoku.cli.demo.places import Places

if TYPE_CHECKING:
    from keizoku.kernel.actor import Actor

FILE_NAME: Final = "customers-yesterday.csv"
CONFLICTS, SUSPICIONS, RETURNED_MAIL = 5, 3, 4
LOOKED_AT: Final = 600
NOT_DUE_WITHIN: Final = timedelta(days=365)
# What the core system does not know of yet.
BUILDING: Final = " コーポ継続101"
JOB: Final = "self_employed"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A customer of the sample, with the row of the bank's file."""

    id: int
    row: dict[str, str]


def ready() -> bool:
    from keizoku.customers.models import ImportRun

    return ImportRun.objects.filter(file_name=FILE_NAME, state=ImportRun.State.DONE).exists()


def make(places: Places, *, compliance: "Actor", reviewer: "Actor", today: date) -> None:
    """Make all of them, or none: an interrupted start begins anew."""
    from django.db import transaction

    with transaction.atomic():
        chosen = _not_due(places, today)
        _suspect([next(chosen) for _ in range(SUSPICIONS)], compliance, today)
        _ask_for_override(next(chosen), compliance, today)
        _return_mail([next(chosen) for _ in range(RETURNED_MAIL)], reviewer, today)
        _contradict([next(chosen) for _ in range(CONFLICTS)], places, reviewer, today)


def _not_due(places: Places, today: date) -> Iterator[Chosen]:
    """Rated individuals at the file's beginning, in its order."""
    from keizoku.customers.search.searching import find
    from keizoku.risk.models import Standing

    late = set(
        Standing.objects.filter(
            due_on__gt=today + NOT_DUE_WITHIN, level="low", customer__kind="individual"
        ).values_list("customer_id", flat=True)
    )
    with places.sample.open(encoding="cp932", errors="replace", newline="") as file:
        for _, row in zip(range(LOOKED_AT), csv.DictReader(file), strict=False):
            number = row["顧客番号"]
            for customer_id in find(number).ids if number else []:
                if customer_id in late and "\ufffd" not in "".join(row.values()):
                    yield Chosen(customer_id, row)


def _suspect(chosen: list[Chosen], compliance: "Actor", today: date) -> None:
    from keizoku.risk import circumstances
    from keizoku.risk.rules.matter import SUSPICIONS as MATTERS

    for one, matter in zip(chosen, MATTERS, strict=True):
        until = today + timedelta(days=180)
        circumstances.record_suspicion(
            one.id, matter, until_on=until, note="デモの例です。", actor=compliance, today=today
        )


def _ask_for_override(one: Chosen, compliance: "Actor", today: date) -> None:
    from keizoku.risk import circumstances
    from keizoku.risk.rules.scale import Level

    circumstances.request_override(
        one.id,
        Level.MEDIUM,
        until_on=today + timedelta(days=90),
        reason="取引の内容を担当者に確かめています。",
        actor=compliance,
        today=today,
    )


def _return_mail(chosen: list[Chosen], reviewer: "Actor", today: date) -> None:
    from keizoku.risk import events
    from keizoku.risk.rules.scale import EventKind

    for days_ago, one in enumerate(chosen, start=1):
        day = today - timedelta(days=days_ago)
        events.record_event(one.id, EventKind.RETURNED_MAIL, day, reviewer, today)


def _contradict(chosen: list[Chosen], places: Places, reviewer: "Actor", today: date) -> None:
    """Staff confirm an address and a job today; the core system's file of yesterday says what it always said."""
    from keizoku.customers import actions
    from keizoku.customers.imports.importing import import_file
    from keizoku.risk.actions import rate_one

    for one in chosen:
        actions.apply_changes(
            customer_id=one.id,
            changes={"address": one.row["住所"] + BUILDING, "occupation": JOB},
            confirmed=[],
            source="staff",
            as_of=today,
            actor=reviewer,
        )
        rate_one(one.id, reviewer, today)
    path = places.sample.with_name(FILE_NAME)
    with path.open("w", encoding="cp932", newline="") as file:
        rows = csv.DictWriter(file, fieldnames=list(chosen[0].row))
        rows.writeheader()
        rows.writerows(one.row for one in chosen)
    import_file(path, as_of=today - timedelta(days=1), actor=reviewer)
