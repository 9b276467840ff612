"""A bank's own column brings an attribute: mapped by name, typed, told with line and reason, never over a later value."""

from datetime import date

import pytest

from keizoku.customers.actions import apply_changes
from keizoku.customers.attributes import actions, queries
from keizoku.customers.attributes.tests.people import approve, define, staff
from keizoku.customers.errors import FileRefused, MappingRefused
from keizoku.customers.imports import conflicts, mapping
from keizoku.customers.imports.dry_run import dry_run
from keizoku.customers.imports.importing import import_file
from keizoku.customers.imports.rules.columns import COLUMNS
from keizoku.customers.imports.sources import open_stream
from keizoku.customers.imports.tests.test_importing import DAY, HANA, HEADER, IMPORTER, TARO
from keizoku.customers.models import AttributeValue, Customer, Fact, ImportConflict, ImportRejection
from keizoku.kernel.actor import Actor

NAMES = {"attribute:income": "年収", "attribute:pep_status": "PEPs"}
MAPPED = {str(column): str(column) for column in COLUMNS} | NAMES


@pytest.fixture(autouse=True)
def defined(db):
    define("income", "pep_status", "has_proxy")


def write(tmp_path, *rows, header=f"{HEADER},年収,PEPs"):
    path = tmp_path / "customers.csv"
    path.write_bytes("\r\n".join([header, *rows, ""]).encode())
    return path


def take(path, day=DAY, names=NAMES):
    return import_file(path, as_of=day, actor=IMPORTER, names=names)


def counts(run):
    return (
        run.created_count,
        run.updated_count,
        run.unchanged_count,
        run.rejected_count,
        run.conflict_count,
    )


def taro():
    return Fact.objects.get(birth_year=1960)


def test_new_customers_have_the_file_s_values_with_their_source(tmp_path):
    run = take(write(tmp_path, f'{TARO},"12,000",本人', f"{HANA},,"))
    assert counts(run) == (2, 0, 0, 0, 0)
    assert taro().attributes == {"income": 12_000, "pep_status": "self"}
    assert Fact.objects.get(birth_year=1975).attributes == {}
    income = next(one for one in queries.values_of(taro().customer_id) if one.definition.name == "income")
    assert (income.words, queries.source_words(income)) == ("12,000", "勘定系(2026-11-01時点)")
    assert (income.written_by, AttributeValue.objects.count()) == (f"import:{run.id}", 2)


def test_column_that_is_not_mapped_is_passed_over(tmp_path):
    take(write(tmp_path, f"{TARO},たくさん,だれか"), names=None)
    assert (taro().attributes, AttributeValue.objects.count()) == ({}, 0)


def test_bad_values_are_rejected_by_line_column_and_reason_and_not_quoted(tmp_path):
    bad = TARO.replace("0000000001", "0000000003")
    run = take(write(tmp_path, f"{TARO},たくさん,本人", f"{bad},5,だれか", f"{HANA},5,123456789018"))
    assert counts(run) == (0, 0, 0, 3, 0)
    found = list(ImportRejection.objects.order_by("line").values_list("line", "column", "code"))
    assert found == [
        (2, "年収（千円）", "attribute_number"),
        (3, "外国の重要な公的地位", "attribute_choice"),
        (4, "外国の重要な公的地位", "individual_number_found"),
    ]
    reasons = " ".join(ImportRejection.objects.values_list("reason", flat=True))
    assert "整数ではありません" in reasons
    assert not any(value in reasons for value in ("たくさん", "だれか", "123456789018"))
    assert not Customer.objects.exists()


def test_second_file_changes_what_differs_and_leaves_what_is_empty(tmp_path):
    take(write(tmp_path, f"{TARO},100,本人", f"{HANA},200,"))
    later = date(2026, 11, 10)
    run = take(write(tmp_path, f"{TARO},150,", f"{HANA},200,"), day=later)
    assert counts(run) == (0, 1, 1, 0, 0)
    assert taro().attributes == {"income": 150, "pep_status": "self"}
    history = queries.history_of(taro().customer_id, "income")
    assert [(one.text, one.as_of) for one in history] == [("150", later), ("100", DAY)]
    again = take(write(tmp_path, f"{TARO},150,", f"{HANA},200,"), day=later)
    assert counts(again) == (0, 0, 2, 0, 0)


def test_value_told_after_the_file_s_day_stays_and_a_person_decides(tmp_path):
    take(write(tmp_path, f"{TARO},100,"))
    customer = taro().customer_id
    actions.change_value(customer, "income", "300", reason="document", actor=staff("reviewer"))
    run = take(write(tmp_path, f"{TARO},200,"), day=date(2026, 11, 10))
    assert counts(run) == (0, 0, 1, 0, 1)
    assert taro().attributes == {"income": 300}
    (shown,) = conflicts.waiting(actor=staff("reviewer"))
    assert (shown.label, shown.ours, shown.proposed) == ("年収（千円）", "300", "200")
    assert "書類" in shown.ours_from
    conflicts.decide(shown.id, takes_file=True, actor=staff("reviewer"))
    assert taro().attributes == {"income": 200}
    newest = queries.history_of(customer, "income")[0]
    assert (newest.source, newest.as_of, newest.written_by) == (
        "core_system",
        date(2026, 11, 10),
        f"import:{run.id}",
    )
    assert b"200" not in bytes(ImportConflict.objects.get().proposed)


def test_trial_tells_what_the_import_then_does(tmp_path):
    take(write(tmp_path, f"{TARO},100,"))
    path = write(tmp_path, f"{TARO},150,", f"{HANA},5,だれか")
    with path.open("rb") as stream:
        tried = dry_run(open_stream(stream), as_of=DAY, names=NAMES)
    assert (tried.created, tried.updated, tried.unchanged, tried.rejected) == (0, 1, 0, 1)
    assert tried.rejections[0]["column"] == "外国の重要な公的地位"
    assert (taro().attributes, AttributeValue.objects.count()) == ({"income": 100}, 1)


def test_mapping_keeps_attributes_by_name_and_offers_them_by_label():
    header = [*HEADER.split(","), "年収（千円）", "代理人がいる"]
    guessed = mapping.guess(header)
    assert (guessed["attribute:income"], guessed["attribute:has_proxy"]) == ("年収(千円)", "代理人がいる")
    saved = mapping.save_mapping("本店", guessed, header, actor=Actor.staff(7))
    assert saved.columns["attribute:income"] == "年収(千円)"
    assert mapping.mapping_named("本店").columns == saved.columns
    with pytest.raises(MappingRefused, match="有効な追加の項目はありません"):
        mapping.save_mapping("別", guessed | {"attribute:gone": "年収（千円）"}, header, actor=Actor.staff(7))
    with pytest.raises(MappingRefused, match="年収"):
        mapping.save_mapping("別", guessed | {"attribute:income": "ない列"}, header, actor=Actor.staff(7))
    with pytest.raises(MappingRefused, match="2つの項目"):
        mapping.save_mapping("別", guessed | {"attribute:income": "職業"}, header, actor=Actor.staff(7))


def test_attribute_that_ended_since_the_mapping_refuses_the_file_by_name(tmp_path):
    approve(actions.draft_end("income", staff("compliance")))
    with pytest.raises(FileRefused, match="income"):
        take(write(tmp_path, f"{TARO},100,本人"))
    assert not Customer.objects.exists()


def test_answer_after_the_file_is_not_set_back_by_an_older_one(tmp_path):
    take(write(tmp_path, f"{TARO},,家族"))
    apply_changes(
        customer_id=taro().customer_id,
        changes={"pep_status": "none"},
        confirmed=(),
        source="declared",
        as_of=date(2026, 11, 20),
        actor=IMPORTER,
    )
    run = take(write(tmp_path, f"{TARO},,家族"), day=date(2026, 11, 19))
    assert (run.conflict_count, taro().attributes) == (1, {"pep_status": "none"})
