"""A second file of the core system, of yesterday: it contradicts what staff confirmed today, and knows some people twice."""

import csv
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from keizoku.cli.demo.cases.chosen import Chosen
from keizoku.cli.demo.places import Places

if TYPE_CHECKING:
    from keizoku.kernel.actor import Actor

NAME: Final = "customers-yesterday.csv"
# What the core system does not know of yet.
BUILDING: Final = " コーポ継続101"
JOB: Final = "self_employed"
_SECOND_NUMBER: Final = "99{:08d}"
_SECOND_ACCOUNT: Final = "99{:05d}"


def contradict_and_double(
    contradicted: list[Chosen], doubled: list[Chosen], places: Places, reviewer: "Actor", today: date
) -> None:
    """Staff confirm addresses and jobs; then the file comes, with these customers and with second records of others."""
    from keizoku.customers import actions
    from keizoku.customers.duplicates import finding
    from keizoku.customers.imports.importing import import_file
    from keizoku.risk.actions import rate_everybody, rate_one

    for one in contradicted:
        actions.apply_changes(
            customer_id=one.id,
            changes={"address": one.row["住所"] + BUILDING, "occupation": JOB},
            confirmed=[],
            source="staff",
            as_of=today,
            actor=reviewer,
        )
        rate_one(one.id, reviewer, today)
    yesterday = today - timedelta(days=1)
    second = [_second(one.row, ordinal, yesterday) for ordinal, one in enumerate(doubled)]
    path = places.sample.with_name(NAME)
    with path.open("w", encoding="cp932", newline="") as file:
        rows = csv.DictWriter(file, fieldnames=list(contradicted[0].row))
        rows.writeheader()
        rows.writerows([*(one.row for one in contradicted), *second])
    import_file(path, as_of=yesterday, actor=reviewer)
    rate_everybody(reviewer, today)
    finding.find_everywhere()


def _second(row: dict[str, str], ordinal: int, confirmed: date) -> dict[str, str]:
    """The same person under another number and account, confirmed lately, so that nobody is written to twice."""
    return row | {
        "顧客番号": _SECOND_NUMBER.format(ordinal),
        "口座番号": _SECOND_ACCOUNT.format(ordinal),
        "最終確認日": confirmed.isoformat(),
    }
