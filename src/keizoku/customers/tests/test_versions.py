"""The record's history names, for each version, the source of what that version brought."""

from datetime import date

from conftest import FILE_DAY

from keizoku.customers.actions import apply_changes
from keizoku.customers.queries import versions
from keizoku.kernel.actor import Actor


def change(customer: int, **changes: str) -> None:
    apply_changes(
        customer_id=customer,
        changes=changes,
        confirmed=["phone"],
        source="declared",
        as_of=date(2026, 11, 21),
        actor=Actor.system("test"),
    )


def test_version_with_a_declared_change_names_the_declaration_and_not_the_file(db, make_customers):
    (customer,) = make_customers(1)
    change(customer, address="東京都千代田区丸の内1-1-1")
    first, second = versions(customer)
    assert (first.source, first.as_of, first.changed) == ("core_system", FILE_DAY, ())
    assert (second.source, second.as_of, second.changed) == ("declared", date(2026, 11, 21), ("address",))


def test_version_that_confirms_everything_names_the_confirmation(db, make_customers):
    (customer,) = make_customers(1)
    change(customer)
    assert [(row.source, row.changed) for row in versions(customer)] == [
        ("core_system", ()),
        ("declared", ()),
    ]
