"""The audit as an auditor searches it, verifies it, and asks who saw a customer."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import keizoku
from keizoku.audit import actions as audit
from keizoku.audit import anchoring
from keizoku.audit.models import Block
from keizoku.audit.ports import Kept, Refused
from keizoku.audit.queries import Criteria, search
from keizoku.audit.rules import ids_digest
from keizoku.audit.verifier import Finding
from keizoku.console import audit_words
from keizoku.console.forms.audit import AuditForm
from keizoku.console.tests.pages import do, go, words
from keizoku.kernel.actor import Actor
from keizoku.ui.tests.page import Page


@pytest.fixture
def entries(staff):
    """120 imports by the system, and one sight of customer 7 by the reviewer."""
    for number in range(120):
        audit.record(
            actor=Actor.system("test"), action="customers.file.imported", subject=("import", number + 1)
        )
    audit.grant_read(actor=staff["reviewer"].actor, purpose="審査のため", subjects=[7])


def first_cells(answer):
    page = Page(answer.content.decode())
    return [int(page.text(th)) for th in page.all("th", scope="row")]


def test_search_pages_through_everything_once_newest_first(browser, entries):
    client = browser("auditor")
    seen, address = [], "/console/audit"
    while address:
        answer = client.get(address)
        seen += first_cells(answer)
        page = Page(answer.content.decode())
        address = next((a["href"] for a in page.all("a", rel="next")), "")
    assert len(seen) == 121
    assert seen == sorted(seen, reverse=True)


def test_search_names_people_acts_and_reasons_in_words(browser, entries):
    shown = words(go(browser("auditor"), "console-audit", kind="customer", number="7"))
    for part in ("reviewerさん", "記録を見た", "お客さま 7", "審査のため", "1件を表示"):
        assert part in shown


def test_search_by_person_and_by_kind_of_act_narrows(browser, staff, entries):
    client = browser("auditor")
    assert len(first_cells(go(client, "console-audit", staff=staff["reviewer"].pk))) == 1
    assert len(first_cells(go(client, "console-audit", action="campaigns."))) == 0
    audit.record(actor=Actor.system("delivery"), action="delivery.message.written")
    assert len(first_cells(go(client, "console-audit", staff="system:delivery"))) == 1


def test_search_that_cannot_be_read_says_what_to_type(browser, entries):
    answer = go(browser("auditor"), "console-audit", number="七", since="昨日")
    assert answer.status_code == 422
    shown = words(answer)
    assert "番号は数字で入力してください（例：1024）。" in shown
    assert "日付は 2026-11-21 の形で入力してください。" in shown


def test_last_day_is_searched_whole_in_japan():
    criteria = AuditForm(since="2026-11-21", until="2026-11-21").criteria()
    assert criteria.since is not None
    assert criteria.until is not None
    assert criteria.since.isoformat() == "2026-11-21T00:00:00+09:00"
    assert criteria.until.isoformat() == "2026-11-22T00:00:00+09:00"
    assert replace(criteria, since=None, until=None).action == ""


def test_who_saw_a_customer_is_answered_by_name_reason_and_how_many_together(browser, staff, entries):
    audit.grant_read(actor=Actor.system("delivery"), purpose="delivery.send", subjects=range(1, 41))
    page = Page(go(browser("auditor"), "console-who-saw", customer="7").content.decode())
    rows = [[page.text(td) for td in page.all("td")][start : start + 4] for start in (0, 4)]
    assert [row[1:] for row in rows] == [
        ["システム（送信）", "連絡を送るため", "40"],
        ["reviewerさん", "審査のため", "1"],
    ]
    assert "だれも見ていません" in words(go(browser("auditor"), "console-who-saw", customer="8888"))


def test_who_saw_is_asked_by_month_and_another_month_shows_nobody(browser, entries):
    client = browser("auditor")
    assert "審査のため" in words(go(client, "console-who-saw", customer="7"))
    assert "だれも見ていません" in words(go(client, "console-who-saw", customer="7", month="2020-05"))


def test_who_saw_comes_as_a_table_with_the_digest_of_each_bulk_read(browser, entries):
    audit.grant_read(actor=Actor.system("delivery"), purpose="delivery.send", subjects=range(1, 41))
    answer = go(browser("auditor"), "console-who-saw-table", customer="7")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    head, alone, together = answer.content.decode("utf-8-sig").splitlines()
    assert head == "番号,時刻,だれが,理由,一度に見た人数,一覧の要約値"
    assert re.fullmatch(r"\d+,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,reviewerさん,審査のため,1,", alone)
    assert together.endswith(f",システム（送信）,連絡を送るため,40,{ids_digest(range(1, 41))}")


def test_a_purpose_that_looks_like_a_formula_does_not_become_one(browser, staff):
    audit.grant_read(actor=staff["reviewer"].actor, purpose="=HYPERLINK(1)", subjects=[7])
    shown = go(browser("auditor"), "console-who-saw-table", customer="7").content.decode()
    assert ",'=HYPERLINK(1)," in shown


def test_that_somebody_asked_who_saw_is_written_down(browser, staff, entries):
    go(browser("auditor"), "console-who-saw", customer="7")
    (row,) = search(Criteria(action="audit.sights.listed")).rows
    assert (row.actor_id, row.subject_kind, row.subject_id) == (str(staff["auditor"].pk), "customer", 7)


def test_a_customer_is_found_by_the_banks_number_which_stays_out_of_the_address(browser, customers):
    client = browser("auditor")
    answer = client.post("/console/audit/customer", {"customer_number": "0000000001"})
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/console/audit/who-saw?customer={customers[0]}",
    )
    for wrong in ("9999999999", "山田", ""):
        answer = client.post("/console/audit/customer", {"customer_number": wrong})
        assert answer.status_code == 422
        assert "この顧客番号のお客さまは見つかりません" in words(answer)


@pytest.fixture
def witness(settings, monkeypatch):
    """A witness that answers as it is told; by default it keeps all."""
    settings.AUDIT_WITNESS_URL = "https://witness.example"

    class Witness:
        name = "witness"
        answer = Kept(timezone.now(), "ab" * 32, "cd" * 64)

        def keep(self, heads):
            return self.answer

    witness = Witness()
    monkeypatch.setattr(anchoring, "places", lambda: [witness])
    monkeypatch.setattr(audit, "seal", lambda: 0)
    Block.objects.create(
        number=1,
        from_xid=0,
        to_xid=1,
        entries=1,
        first_entry_id=1,
        last_entry_id=1,
        entry_ids=[1],
        entry_digests=bytes(32),
        root=bytes(32),
        previous=bytes(32),
        digest=bytes(32),
        signature=bytes(64),
        sealed_at=timezone.now(),
    )
    return witness


def test_heads_are_carried_outside_from_the_page(browser, witness):
    client = browser("auditor")
    assert "外の置き場" in words(go(client, "console-audit"))
    assert do(client, "console-audit-anchor").status_code == 302
    shown = words(go(client, "console-audit"))
    assert "証跡の要約値を、外の置き場に控えました" in shown
    assert "証人のサーバー1" in shown
    assert "控えています。" in shown


def test_a_refused_head_is_a_warning_in_plain_words(browser, witness):
    witness.answer = Refused("head_conflict")
    client = browser("auditor")
    do(client, "console-audit-anchor")
    shown = words(go(client, "console-audit"))
    assert "証跡の要約値が、外に控えられていません" in shown
    assert "証人のサーバー: " in shown
    assert "控えと違う要約値です。証跡が作り直されたおそれがあります。" in shown
    assert "<time" not in shown
    assert "証跡の要約値が、外に控えられていません" in words(go(client, "console-home"))
    assert "証跡の要約値が、外に控えられていません" not in words(go(browser("operator"), "console-home"))


def test_without_a_place_outside_the_page_says_what_that_means(browser):
    assert "外の置き場は、まだ設定していません。" in words(go(browser("auditor"), "console-audit"))


def test_every_action_that_the_code_writes_has_words():
    named = re.compile(r'action="([a-z]+\.[a-z_]+\.[a-z_]+)"')
    source = Path(keizoku.__file__).parent
    written = {
        action
        for path in source.rglob("*.py")
        if "tests" not in path.parts
        for action in named.findall(path.read_text(encoding="utf-8"))
    }
    assert len(written) > 60
    assert {action for action in written if audit_words.action_words(action) == action} == set()


def test_verification_tells_in_words_that_nothing_was_changed(browser):
    shown = words(do(browser("auditor"), "console-audit-verify"))
    assert "証跡に変更はありません" in shown


def test_verification_names_what_is_wrong_and_whom_to_tell(browser, monkeypatch):
    sound = audit.verify_database

    def broken(*, actor):
        return replace(sound(actor=actor), findings=(Finding("entry_changed", "内容が違います", 3, 17),))

    monkeypatch.setattr(audit, "verify_database", broken)
    shown = words(do(browser("auditor"), "console-audit-verify"))
    assert "封をしたときと違うところがあります" in shown
    assert "ブロック 3 の記録 17: 内容が違います（entry_changed）" in shown
    assert "システム管理者と監査人に知らせてください。" in shown


def test_only_who_may_verify_has_the_button(browser):
    assert "検証する" in words(go(browser("auditor"), "console-audit"))
    assert "検証する" not in words(go(browser("compliance"), "console-audit"))


def test_search_asks_the_database_at_most_twenty_times(browser, entries):
    client = browser("auditor")
    with CaptureQueriesContext(connection) as queries:
        go(client, "console-audit")
    assert len(queries) <= 20
