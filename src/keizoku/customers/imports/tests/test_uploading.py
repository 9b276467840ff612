"""A file brought in the browser: stored encrypted, matched by its columns, read on trial, imported, deleted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from keizoku.customers.errors import FileRefused, MappingRefused
from keizoku.customers.imports import mapping, upload_requests, uploading
from keizoku.customers.imports.rules.columns import COLUMNS
from keizoku.customers.imports.rules.uploads import UPLOAD_TRANSITIONS
from keizoku.customers.imports.tests.test_importing import DAY, HANA, HEADER, TARO
from keizoku.customers.models import Customer, ImportRejection, ImportRun, ImportUpload
from keizoku.kernel.actor import Actor
from keizoku.kernel.state import state_folder

PERSON = Actor.staff(7)
OWN_HEADER = HEADER.replace("顧客番号", "CIF番号").replace("氏名,", "お名前,")
BAD = TARO.replace("0000000001", "0000000003").replace("昭和35年4月8日", "昭和65年4月8日")
COLUMNS_OF_THE_BANK = {str(column): str(column) for column in COLUMNS} | {
    "顧客番号": "CIF番号",
    "氏名": "お名前",
}


def upload(*rows, header=OWN_HEADER):
    content = "\r\n".join([header, *rows, ""]).encode("cp932")
    return uploading.receive([content], "顧客.csv", as_of=DAY, actor=PERSON)


def of(upload_id):
    return ImportUpload.objects.get(id=upload_id)


def stored(upload_id):
    return (state_folder() / "files" / of(upload_id).file).exists()


def test_file_with_the_bank_s_own_columns_is_tried_and_then_imported(committed_db):
    number = upload(TARO, HANA, BAD)
    upload_requests.ask_for_check(number, COLUMNS_OF_THE_BANK, "本店の出力", actor=PERSON)
    uploading.check(number)

    assert of(number).state == "checked"
    found = of(number).checked
    assert (found["read"], found["created"], found["rejected"]) == (3, 2, 1)
    assert found["rejections"][0]["line"] == 4
    assert Customer.objects.count() == ImportRun.objects.count() == 0

    upload_requests.ask_for_import(number, actor=PERSON)
    uploading.take_in(number)

    assert (of(number).state, of(number).rows_done) == ("done", 3)
    assert Customer.objects.count() == 2
    assert ImportRejection.objects.get().line == 4
    assert not stored(number)
    uploading.take_in(number)
    assert ImportRun.objects.count() == 1


def test_mapping_is_versioned_and_offered_again_for_the_same_header(db):
    header = OWN_HEADER.split(",")
    first = mapping.save_mapping("本店", COLUMNS_OF_THE_BANK, header, actor=PERSON)
    again = mapping.save_mapping("本店", COLUMNS_OF_THE_BANK, header, actor=PERSON)
    other = mapping.save_mapping("本店", COLUMNS_OF_THE_BANK, [*header, "予備"], actor=PERSON)

    assert (first.version, again.version, other.version) == (1, 1, 2)
    assert mapping.guess(header)["顧客番号"] == "CIF番号"
    assert mapping.mapping_for(["別", "の", "見出し"]) is None


def test_mapping_that_leaves_a_column_out_or_uses_one_twice_is_refused(db):
    header = OWN_HEADER.split(",")
    with pytest.raises(MappingRefused, match="住所"):
        mapping.save_mapping("本店", COLUMNS_OF_THE_BANK | {"住所": ""}, header, actor=PERSON)
    with pytest.raises(MappingRefused, match="2つの項目"):
        mapping.save_mapping("本店", COLUMNS_OF_THE_BANK | {"住所": "国籍"}, header, actor=PERSON)


def test_discarded_file_is_deleted_and_cannot_be_imported(db):
    number = upload(TARO)
    uploading.discard(number, actor=PERSON)

    assert not stored(number)
    with pytest.raises(FileRefused):
        upload_requests.ask_for_import(number, actor=PERSON)


def test_what_is_no_table_is_refused_and_not_kept(db):
    before = ImportUpload.objects.count()
    with pytest.raises(FileRefused):
        uploading.receive([b"\x89PNG\r\n\x1a\n"], "picture.csv", as_of=DAY, actor=PERSON)
    assert ImportUpload.objects.count() == before


def test_failure_of_the_import_ends_the_upload_with_its_reason(committed_db):
    number = upload(TARO)
    upload_requests.ask_for_check(number, COLUMNS_OF_THE_BANK, "本店", actor=PERSON)
    uploading.check(number)
    upload_requests.ask_for_import(number, actor=PERSON)
    ImportUpload.objects.filter(id=number).update(mapping=None)

    uploading.take_in(number)

    assert of(number).state == "failed"
    assert "顧客番号" in of(number).failure
    assert Customer.objects.count() == 0


def test_run_of_a_killed_process_is_ended_by_the_sweeper(db):
    run = ImportRun.objects.create(
        file_name="x.csv", sha256="", encoding="utf-8", as_of=DAY, started_by="system:x"
    )
    uploading.sweep()
    run.refresh_from_db()
    assert run.state == "running"

    ImportRun.objects.update(started_at=timezone.now() - timedelta(minutes=5))
    assert uploading.sweep() == 1
    run.refresh_from_db()
    assert (run.state, run.failure) == ("failed", "取込が途中で止まりました。1行も取り込んでいません。")


def test_no_upload_state_waits_for_ever(db):
    waiting = {state for state, after in UPLOAD_TRANSITIONS.items() if after}
    for state in waiting:
        number = upload(TARO)
        long_ago = timezone.now() - timedelta(days=8)
        ImportUpload.objects.filter(id=number).update(state=state, changed_at=long_ago)

    assert uploading.sweep() == len(waiting)
    assert set(ImportUpload.objects.values_list("state", flat=True)) == {"failed"}
