"""Relations, consents, notes and tasks in the browser; and one course of all that happened."""

from datetime import timedelta

import pytest
from django.urls import reverse

from keizoku.audit.models import Entry
from keizoku.console import timeline
from keizoku.console.tests.pages import do, go, words
from keizoku.customers.models import Consent, Note, Relation, Task
from keizoku.kernel.clock import business_today


def today():
    return business_today().isoformat()


def add_guardian(browser, customer, **typed):
    told = {
        "kind": "guardian",
        "other_name": "鈴木 花子",
        "other_kana": "スズキ ハナコ",
        "source": "document",
        "as_of": today(),
    } | typed
    return do(browser("reviewer"), "console-relation-add", customer, **told)


def test_relation_is_recorded_shown_masked_confirmed_and_ended(browser, customers):
    one, _ = customers
    assert add_guardian(browser, one).status_code == 302
    shown = words(go(browser("operator"), "console-customer-relations", one))
    assert "成年後見人" in shown
    assert "鈴木" not in shown
    assert "reviewerさん" in shown

    relation = Relation.objects.get()
    opened = do(
        browser("reviewer"), "console-relation-reveal", one, relation.id, "name", purpose="審査のため"
    )
    assert "鈴木 花子" in words(opened)
    assert Entry.objects.filter(action="customers.record.read", purpose="審査のため").count() == 1

    confirmed = do(browser("reviewer"), "console-relation-confirm", one, relation.id, source="declared")
    ended = do(
        browser("reviewer"), "console-relation-end", one, relation.id, source="declared", ended_on=today()
    )
    assert (confirmed.status_code, ended.status_code) == (302, 302)
    assert "終わった関係" in words(go(browser("operator"), "console-customer-relations", one))


def test_relation_between_customers_is_on_both_pages(browser, customers):
    one, other = customers
    number = "0000000002"
    added = add_guardian(browser, one, other_name="", other_kana="", other_number=number)
    assert added.status_code == 302
    assert f"お客さま No. {other}" in words(go(browser("operator"), "console-customer-relations", one))
    shown = words(go(browser("operator"), "console-customer-relations", other))
    assert "この人が成年後見人の相手" in shown
    assert "（1件）" in words(go(browser("operator"), "console-customer", other))


def test_wrong_relation_shows_what_was_typed_and_keeps_nothing(browser, customers):
    one, _ = customers
    refused = add_guardian(browser, one, kind="representative")
    assert refused.status_code == 409
    assert "代表者を記録できるのは、法人のお客さまだけです。" in words(refused)
    assert 'value="鈴木 花子"' in refused.content.decode()
    unclear = add_guardian(browser, one, other_number="0000000002")
    assert unclear.status_code == 422
    assert Relation.objects.count() == 0


def test_relation_of_another_customer_cannot_be_reached_through_this_page(browser, customers):
    one, other = customers
    add_guardian(browser, one)
    relation = Relation.objects.get().id
    client = browser("reviewer")
    asked = do(client, "console-relation-reveal", other, relation, "name", purpose="審査のため")
    ended = do(client, "console-relation-end", other, relation, source="staff", ended_on=today())
    assert (asked.status_code, ended.status_code) == (404, 404)
    assert Relation.objects.get().is_open


def record_consent(client, customer, **typed):
    told = {
        "purpose": "line_contact",
        "act": "withdrawn",
        "happened_on": today(),
        "source": "declared",
        "evidence": "支店の窓口で承った",
    } | typed
    return do(client, "console-consent-record", customer, **told)


def test_withdrawn_consent_is_shown_with_the_channel_that_it_stops(browser, customers):
    one, _ = customers
    assert record_consent(browser("operator"), one).status_code == 302
    shown = words(go(browser("operator"), "console-customer-consents", one))
    assert "LINE通知メッセージでは連絡しません" in shown
    assert "支店の窓口で承った" not in shown
    assert "LINE通知メッセージでは連絡しません" in words(go(browser("operator"), "console-customer", one))
    opened = do(browser("reviewer"), "console-consent-evidence", one, purpose="審査のため")
    assert "支店の窓口で承った" in words(opened)
    unasked = do(browser("reviewer"), "console-consent-evidence", one)
    assert unasked.status_code == 422


def test_consent_without_evidence_keeps_what_was_typed_and_records_nothing(browser, customers):
    one, _ = customers
    refused = record_consent(browser("operator"), one, evidence="")
    assert refused.status_code == 409
    assert '<option value="line_contact" selected>' in refused.content.decode()
    assert Consent.objects.count() == 0


def test_note_is_written_read_and_corrected(browser, customers):
    one, _ = customers
    client = browser("reviewer")
    assert do(client, "console-customer-notes", one, text="6月に来店").status_code == 302
    key = str(Note.objects.get().key)
    do(client, "console-customer-notes", one, text="7月に来店", corrects=key)
    shown = words(go(client, "console-customer-notes", one))
    assert "6月に来店" in shown
    assert "訂正された" in shown
    refused = do(client, "console-customer-notes", one, text="番号 123456789018")
    assert refused.status_code == 422
    assert "個人番号" in words(refused)
    assert Note.objects.count() == 2


@pytest.mark.parametrize("role", ["operator", "reviewer"])
@pytest.mark.parametrize("route", ["console-customer", "console-customer-notes"])
def test_confidential_note_leaves_no_trace_on_others_pages(browser, customers, role, route):
    one, _ = customers
    do(browser("reviewer"), "console-customer-notes", one, text="来店")
    before = words(go(browser(role), route, one))
    written = do(
        browser("compliance"), "console-customer-notes", one, text="警察から照会", confidential="yes"
    )
    assert written.status_code == 302
    assert "警察から照会" in words(go(browser("compliance"), "console-customer-notes", one))
    assert "秘密のメモ" in words(go(browser("compliance"), "console-customer", one))

    assert words(go(browser(role), route, one)) == before


def test_reviewer_cannot_write_confidentially_by_a_forged_form(browser, customers):
    one, _ = customers
    refused = do(browser("reviewer"), "console-customer-notes", one, text="秘密", confidential="yes")
    assert refused.status_code == 409
    assert Note.objects.count() == 0


def open_task(client, customer="", **typed):
    told = {
        "kind": "call_back",
        "words": "午後に折り返す",
        "customer": customer,
        "owner": "role:reviewer",
        "due_on": today(),
    } | typed
    return do(client, "console-task-new", **told)


def test_task_is_opened_listed_taken_and_done(browser, customers, staff):
    one, _ = customers
    assert open_task(browser("operator"), one).status_code == 302
    task = Task.objects.get().id
    assert "折り返しの連絡" not in words(go(browser("operator"), "console-tasks"))
    assert "折り返しの連絡" in words(go(browser("operator"), "console-tasks", whose="all"))
    shown = words(go(browser("reviewer"), "console-task", task))
    assert "午後に折り返す" in shown
    assert Entry.objects.filter(purpose="customer.task", subject_id=one).count() == 1
    assert do(browser("reviewer"), "console-task-act", task, act="take").status_code == 302
    assert do(browser("operator"), "console-task-act", task, act="take").status_code == 409
    handed = do(
        browser("reviewer"), "console-task-act", task, act="hand_over", owner=f"staff:{staff['operator'].pk}"
    )
    assert handed.status_code == 302
    assert do(browser("operator"), "console-task-act", task, act="done").status_code == 302
    assert Task.objects.get().state == "done"


def test_task_that_cannot_be_opened_keeps_what_was_typed(browser, customers):
    late = (business_today() - timedelta(days=1)).isoformat()
    refused = open_task(browser("operator"), due_on=late)
    assert refused.status_code == 409
    assert "今日から1年以内" in words(refused)
    assert "午後に折り返す" in refused.content.decode()
    unknown = open_task(browser("operator"), customer="999999")
    assert unknown.status_code == 422
    assert Task.objects.count() == 0


def test_first_page_counts_tasks_past_their_day(browser, customers):
    open_task(browser("operator"))
    assert "期限を過ぎたタスク0件" in words(go(browser("operator"), "console-home"))
    Task.objects.update(due_on=business_today() - timedelta(days=1))
    assert "期限を過ぎたタスク1件" in words(go(browser("operator"), "console-home"))
    assert "期限超過" in words(go(browser("reviewer"), "console-tasks", which="overdue"))


def test_course_holds_all_that_happened_with_who_and_source(browser, customers):
    one, _ = customers
    add_guardian(browser, one)
    record_consent(browser("operator"), one)
    do(browser("reviewer"), "console-customer-notes", one, text="来店")
    open_task(browser("operator"), one)
    shown = words(go(browser("operator"), "console-customer", one))
    for told in (
        "記録ができました",
        "リスク評価：",
        "関係者を記録しました",
        "成年後見人：お客さまではない方 出どころ：書類",
        "LINEでの連絡：撤回",
        "メモ",
        "タスク：折り返しの連絡",
        "operatorさん",
    ):
        assert told in shown
    approver = words(go(browser("approver"), "console-customer", one))
    assert "タスク：折り返しの連絡" in approver
    assert "来店" not in approver


def test_course_goes_on_page_by_page_without_gap_or_repetition(browser, customers, staff, monkeypatch):
    one, _ = customers
    for number in range(5):
        do(browser("reviewer"), "console-customer-notes", one, text=f"来店 {number}")
    whole = timeline.of_customer(one, [], staff["reviewer"]).events
    monkeypatch.setattr(timeline, "SHOWN", 2)
    found, before = [], ""
    while True:
        page = timeline.of_customer(one, [], staff["reviewer"], before=before)
        found += page.events
        before = page.before
        if not before:
            break
    assert found == whole
    first = go(browser("reviewer"), "console-customer", one).content.decode()
    assert f"{reverse('console-customer', args=[one])}?before=" in first
    assert go(browser("reviewer"), "console-customer", one, before="nonsense").status_code == 200


def test_file_of_relations_is_taken_in_the_browser(browser, customers):
    from django.core.files.uploadedfile import SimpleUploadedFile

    rows = "顧客番号,関係,相手顧客番号\r\n0000000001,成年後見人,0000000002\r\n1,世帯,0000000002\r\n"
    file = SimpleUploadedFile("relations.csv", rows.encode("cp932"))
    taken = do(browser("operator"), "console-relation-imports", file=file, as_of=today())
    assert taken.status_code == 302
    shown = words(browser("operator").get(taken.url))
    assert "先頭の0を省かずに10桁で入れてください" in shown
    assert Relation.objects.count() == 1
    none = do(browser("operator"), "console-relation-imports", as_of=today())
    assert none.status_code == 422
    other = SimpleUploadedFile("other.csv", b"a,b\r\n1,2\r\n")
    refused = do(browser("operator"), "console-relation-imports", file=other, as_of=today())
    assert refused.status_code == 409
    assert Relation.objects.count() == 1
