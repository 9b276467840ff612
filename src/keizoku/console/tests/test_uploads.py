"""A bank's file through the browser, from choosing it to the refused rows as CSV; conflicts; the way back."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from keizoku.accounts.models import Staff
from keizoku.console.tests.pages import do, go, words
from keizoku.customers import actions
from keizoku.customers.imports import uploading
from keizoku.customers.imports.importing import import_file
from keizoku.customers.imports.rules.columns import COLUMNS
from keizoku.customers.imports.tests.test_importing import DAY, HANA, HEADER, IMPORTER, TARO, write
from keizoku.customers.models import (
    Customer,
    ImportConflict,
    ImportRun,
    ImportUpload,
    ReturnFile,
    ReturnReissue,
)
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.kernel.state import state_folder

BAD = TARO.replace("0000000001", "0000000003").replace("昭和35年4月8日", "昭和65年4月8日")
OWN_HEADER = HEADER.replace("顧客番号", "CIF番号")


def brought(client, *rows, header=OWN_HEADER, as_of=None):
    content = "\r\n".join([header, *rows, ""]).encode("cp932")
    file = SimpleUploadedFile("顧客.csv", content)
    return do(client, "console-import-new", file=file, as_of=as_of or business_today().isoformat())


def columns(**other):
    names = {str(column): str(column) for column in COLUMNS} | {"顧客番号": "CIF番号"} | other
    return {f"column_{n}": names[str(column)] for n, column in enumerate(COLUMNS)}


@pytest.fixture
def beside(monkeypatch):
    """Progress is told on a connection of its own, which a rolled back test's rows are hidden from."""
    from contextlib import nullcontext

    monkeypatch.setattr(uploading, "_progress", lambda upload: nullcontext(lambda rows: None))


def test_file_walks_from_the_browser_into_the_record(browser, beside):
    client = browser("operator")
    answer = brought(client, TARO, HANA, BAD)
    number = ImportUpload.objects.get().id
    assert answer.url == reverse("console-upload", args=[number])
    assert "列の対応" in words(go(client, "console-upload", number))

    do(client, "console-upload-check", number, name="本店", **columns())
    assert "試しに読んでいます" in words(go(client, "console-upload", number))
    assert "このページを閉じても続きます" in go(client, "console-upload-progress", number).content.decode()
    uploading.check(number)
    assert go(client, "console-upload-progress", number)["HX-Redirect"].endswith(f"/uploads/{number}")
    shown = words(go(client, "console-upload", number))
    assert "まだ何も取り込んでいません" in shown
    assert "昭和65年" in shown
    assert Customer.objects.count() == 0

    do(client, "console-upload-import", number)
    uploading.take_in(number)
    run = ImportRun.objects.get()
    assert go(client, "console-upload", number).url == reverse("console-import", args=[run.id])
    assert Customer.objects.count() == 2

    utf_8 = b"".join(go(client, "console-import-rejections", run.id, encoding="utf-8").streaming_content)
    cp932 = b"".join(go(client, "console-import-rejections", run.id, encoding="cp932").streaming_content)
    assert utf_8.decode("utf-8-sig") == cp932.decode("cp932")
    assert utf_8.decode("utf-8-sig").splitlines()[1].startswith("4,生年月日,birth_impossible,")
    assert go(client, "console-import-rejections", run.id, encoding="ebcdic").status_code == 404


def test_form_says_what_is_wrong(browser):
    client = browser("operator")
    assert "ファイルを選んでください" in words(do(client, "console-import-new", as_of="2026-01-01"))
    assert "今日までの日付" in words(brought(client, TARO, as_of="いつか"))
    assert "CSVファイルかExcelファイルとして読めません" in words(brought(client, header="x"))


def test_mapping_that_leaves_a_column_out_keeps_the_choices(browser):
    client = browser("operator")
    brought(client, TARO)
    number = ImportUpload.objects.get().id

    answer = do(client, "console-upload-check", number, name="本店", **columns(住所=""))

    assert answer.status_code == 422
    assert "ファイルの列が決まっていません: 住所" in words(answer)


def test_large_file_is_never_in_the_clear_and_goes_with_the_request(browser):
    client = browser("operator")
    with override_settings(FILE_UPLOAD_MAX_MEMORY_SIZE=10):
        brought(client, TARO)

    kept = {path.name for path in (state_folder() / "files").iterdir()}
    upload = ImportUpload.objects.get()
    assert upload.file in kept
    assert all("山田".encode() not in (state_folder() / "files" / name).read_bytes() for name in kept)
    do(client, "console-upload-discard", upload.id)
    assert upload.file not in {path.name for path in (state_folder() / "files").iterdir()}


@pytest.fixture
def later_confirmed(db, tmp_path):
    """Taro told us another phone after the day of the file that then came again."""
    path = write(tmp_path, TARO)
    import_file(path, as_of=DAY, actor=IMPORTER)
    actions.apply_changes(
        customer_id=Customer.objects.get().id,
        changes={"phone": "+818011112222"},
        confirmed=(),
        source="declared",
        as_of=date(2026, 11, 10),
        actor=Actor.system("test"),
    )
    import_file(path, as_of=date(2026, 11, 5), actor=IMPORTER)


def test_person_opens_the_conflict_and_takes_the_file_s_value(browser, later_confirmed):
    client = browser("reviewer")
    closed = words(go(client, "console-conflicts"))
    assert "1件" in closed
    assert "8011112222" not in closed

    opened = words(do(client, "console-conflicts", act="open"))
    assert "+818011112222" in opened
    assert "+819012345678" in opened
    do(client, "console-conflicts", act="take", conflict=ImportConflict.objects.get().id)

    assert ImportConflict.objects.get().state == "taken"
    assert "食い違いはありません" in words(go(client, "console-conflicts"))


def test_decided_values_go_back_and_their_answer_comes(browser, later_confirmed):
    client = browser("compliance")
    assert "未返却1件" in words(go(client, "console-returns")).replace(" ", "")

    do(client, "console-return-produce")
    file = ReturnFile.objects.get()
    content = b"".join(do(client, "console-return-download", file.id).streaming_content)
    assert "08011112222" in content.decode("utf-8-sig")
    assert do(client, "console-return-download", file.id).status_code == 409
    assert go(client, "console-return-manifest", file.id).json()["rows"] == 1
    answer = SimpleUploadedFile("answer.csv", "通番,結果,理由\r\n1,拒否,桁あふれ\r\n".encode("cp932"))
    do(client, "console-return-acknowledge", file.id, answer=answer)

    assert "桁あふれ" in words(go(client, "console-returns"))


def test_lost_file_is_issued_again_by_two_people_and_a_refused_value_goes_again(browser, later_confirmed):
    first, second = browser("compliance"), Client()
    second.force_login(Staff.objects.create(login="second", display_name="二人目", role="compliance"))
    do(first, "console-return-produce")
    file = ReturnFile.objects.get()
    content = b"".join(do(first, "console-return-download", file.id).streaming_content)

    do(first, "console-return-ask-again", file.id, cause="lost")
    reissue = ReturnReissue.objects.get().id
    assert "ほかの人の確認を待っています" in words(go(first, "console-returns"))
    shown = go(second, "console-return-reissue", reissue).content.decode()
    assert "受け取ったファイルをなくした" in shown
    assert "&lt;time" not in shown
    assert "自分では確認できません" in words(do(first, "console-return-reissue", reissue, typed_number="1"))
    assert "件数が、返却ファイルの件数と違います" in words(
        do(second, "console-return-reissue", reissue, typed_number="9")
    )
    do(second, "console-return-reissue", reissue, typed_number="1")
    again = do(second, "console-return-download", file.id)
    assert b"".join(again.streaming_content) == content
    assert do(second, "console-return-download", file.id).status_code == 409

    answer = SimpleUploadedFile("answer.csv", "通番,結果,理由\r\n1,拒否,桁あふれ\r\n".encode("cp932"))
    do(first, "console-return-acknowledge", file.id, answer=answer)
    assert do(first, "console-return-settle", file.id, reason="桁あふれ", remedy="").status_code == 409
    do(first, "console-return-settle", file.id, reason="桁あふれ", remedy="core_mended")
    assert "1件が次の返却ファイルに入ります" in words(go(first, "console-returns"))
    do(first, "console-return-produce")
    assert ReturnFile.objects.count() == 2


def test_reissue_is_withdrawn_from_the_page(browser, later_confirmed):
    client = browser("compliance")
    do(client, "console-return-produce")
    file = ReturnFile.objects.get()
    b"".join(do(client, "console-return-download", file.id).streaming_content)
    assert do(client, "console-return-ask-again", file.id, cause="whim").status_code == 409
    do(client, "console-return-ask-again", file.id, cause="damaged")
    do(client, "console-return-withdraw", ReturnReissue.objects.get().id)

    assert "受け取ったファイルをなくしたとき" in words(go(client, "console-returns"))


@pytest.mark.parametrize("route", ["console-conflicts", "console-returns"])
def test_operator_neither_opens_conflicts_nor_returns(browser, route):
    assert go(browser("operator"), route).status_code == 403
