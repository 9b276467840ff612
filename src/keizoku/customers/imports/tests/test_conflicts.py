"""What a file would set back is shown to a person with both values; the choice is written and audited."""

from datetime import date

import pytest

from keizoku.audit.models import Entry
from keizoku.customers import actions
from keizoku.customers.errors import ConflictRefused
from keizoku.customers.imports import conflicts
from keizoku.customers.imports.importing import import_file
from keizoku.customers.imports.tests.test_importing import DAY, IMPORTER, TARO, record_of, write
from keizoku.customers.models import Customer, Fact, ImportConflict
from keizoku.kernel.actor import Actor

PERSON = Actor.staff(7)


@pytest.fixture
def run(db, tmp_path):
    """A file of the 5th, after the customer told us on the 10th another phone and occupation."""
    path = write(tmp_path, TARO)
    import_file(path, as_of=DAY, actor=IMPORTER)
    actions.apply_changes(
        customer_id=Customer.objects.get().id,
        changes={"phone": "+818011112222", "occupation": "pensioner"},
        confirmed={"address"},
        source="declared",
        as_of=date(2026, 11, 10),
        actor=PERSON,
    )
    return import_file(path, as_of=date(2026, 11, 5), actor=IMPORTER)


def conflict_of(run, name):
    return ImportConflict.objects.get(run=run, field=name)


def test_both_values_are_shown_with_their_sources(run):
    rows = {row.label: row for row in conflicts.waiting(actor=PERSON)}

    assert (rows["電話番号"].ours, rows["電話番号"].proposed) == ("+818011112222", "+819012345678")
    assert (rows["職業"].ours, rows["職業"].proposed) == ("pensioner", "company_employee")
    assert rows["電話番号"].ours_from == "お客さまの申告 2026-11-10"


def test_taken_value_becomes_a_version_whose_source_is_the_file(run):
    conflicts.decide(conflict_of(run, "phone").id, takes_file=True, actor=PERSON)

    record = record_of(Customer.objects.get().id)
    assert record.values["phone"] == "+819012345678"
    assert (record.provenance["phone"].source, record.provenance["phone"].as_of) == (
        "core_system",
        date(2026, 11, 5),
    )
    assert Entry.objects.get(action="customers.conflict.decided").details["outcome"] == "taken"


def test_taken_fact_is_written_with_its_source(run):
    conflicts.decide(conflict_of(run, "occupation").id, takes_file=True, actor=PERSON)

    assert Fact.objects.get().occupation == "company_employee"
    assert record_of(Customer.objects.get().id).provenance["occupation"].source == "core_system"


def test_kept_value_stays_and_nobody_decides_twice(run):
    conflicts.decide(conflict_of(run, "phone").id, takes_file=False, actor=PERSON)

    assert record_of(Customer.objects.get().id).values["phone"] == "+818011112222"
    with pytest.raises(ConflictRefused):
        conflicts.decide(conflict_of(run, "phone").id, takes_file=True, actor=PERSON)
    assert conflicts.waiting_count(run.id) == 1
