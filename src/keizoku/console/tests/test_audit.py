"""The audit as an auditor searches it, verifies it, and asks who saw a customer."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keizoku.audit import actions as audit
from keizoku.audit.verifier import Finding
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
