"""Finding a customer, and seeing one masked value at a time for a reason that is kept."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keizoku.audit.models import Entry
from keizoku.console.tests.pages import do, go, words
from keizoku.customers import actions as records
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.ui.tests.page import Page

PHONE, NAME = "090-1234-5678", "山田"
REASON = "審査のため"


def reads():
    return list(Entry.objects.filter(action="customers.record.read").order_by("id"))


@pytest.mark.parametrize(
    "sought", ["0000000001", "山田", "山田 太郎", "090-1234-5678", "taro@example.jp", "001-1234567"]
)
def test_customer_is_found_by_what_one_has_and_stays_masked(browser, customers, sought):
    answer = do(browser("reviewer"), "console-customers", sought=sought)
    page = Page(answer.content.decode())
    assert [page.text(th) for th in page.all("th", scope="row")] == [f"No. {customers[0]}"]
    assert "太郎" not in page.text(page.all("table")[0])
    (entry,) = Entry.objects.filter(action="customers.search.done")
    assert entry.details["found"] == 1
    assert sought not in str(entry.details)


def test_search_by_address_alone_is_not_possible_since_names_must_not_stand_in_addresses(browser, customers):
    assert "見つかったお客さま" not in words(go(browser("reviewer"), "console-customers", sought="山田"))


def test_search_without_words_says_what_to_type_and_nobody_found_says_what_next(browser, customers):
    client = browser("reviewer")
    empty = do(client, "console-customers", sought=" ")
    assert empty.status_code == 422
    assert "番号・氏名・電話・メールのどれかを入力してください。" in words(empty)
    assert "見つかりません" in words(do(client, "console-customers", sought="無名"))


def test_page_of_a_customer_shows_facts_rating_and_history_and_nothing_that_identifies(browser, customers):
    shown = words(go(browser("reviewer"), "console-customer", customers[0]))
    for part in ("東京都", "会社員", "確認の期日", "記録ができました", "停止していません。"):
        assert part in shown
    for secret in (NAME, "1234567", "taro@", "渋谷1-2-3", "1960"):
        assert secret not in shown
    assert reads() == []


def test_role_without_the_right_to_unmask_has_no_button_and_reads_who_has_it(browser, customers):
    shown = words(go(browser("operator"), "console-customer", customers[0]))
    assert "表示する：" not in shown
    assert "伏せた値を表示できるのは、審査担当・コンプライアンス担当です。" in shown


def test_unmasking_one_value_shows_it_alone_and_leaves_who_what_and_why(browser, staff, customers):
    answer = do(browser("reviewer"), "console-reveal", customers[0], "phone", purpose=REASON)
    shown = words(answer)
    assert PHONE in shown
    assert "閲覧を証跡に記録しました" in shown
    assert NAME not in shown
    (entry,) = reads()
    assert (entry.actor_id, entry.subject_id, entry.purpose) == (
        str(staff["reviewer"].pk),
        customers[0],
        REASON,
    )


def test_unmasking_in_place_answers_with_the_value_alone(browser, customers):
    client = browser("reviewer")
    address = f"/console/customers/{customers[0]}/reveal/phone"
    answer = client.post(address, {"purpose": REASON}, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert PHONE in text
    assert "<html" not in text


@pytest.mark.parametrize("purpose", ["", "見たいから"])
def test_unmasking_without_a_reason_of_the_list_shows_and_records_nothing(browser, customers, purpose):
    shown = words(do(browser("reviewer"), "console-reveal", customers[0], "phone", purpose=purpose))
    assert "見る理由を選んでください。" in shown
    assert PHONE not in shown
    assert reads() == []


def test_field_that_no_record_has_is_not_found(browser, customers):
    answer = do(browser("reviewer"), "console-reveal", customers[0], "version", purpose=REASON)
    assert answer.status_code == 404
    assert "見つかりません" in words(answer)


def test_contact_stop_is_shown_with_its_reason(browser, customers):
    records.stop_contact(
        customer_id=customers[0], campaign_id=None, reason="opted_out", actor=Actor.system("test")
    )
    shown = words(go(browser("operator"), "console-customer", customers[0]))
    assert "連絡停止の申し出（すべての連絡、" in shown


def test_list_of_found_customers_asks_the_database_at_most_twenty_times(browser, customers):
    client = browser("reviewer")
    with CaptureQueriesContext(connection) as queries:
        do(client, "console-customers", sought="山田")
    assert len(queries) <= 20


def test_each_value_says_where_it_came_from_as_of_when_and_who_wrote_it(browser, staff, customers):
    records.apply_changes(
        customer_id=customers[0],
        changes={"occupation": "pensioner"},
        confirmed=["address"],
        source="document",
        as_of=business_today(),
        actor=staff["reviewer"].actor,
    )
    shown = words(go(browser("reviewer"), "console-customer", customers[0]))
    today = business_today().isoformat()
    assert shown.count(f"書類({today}時点)・reviewerさん") == 2  # the confirmed address, the changed job
    assert "勘定系(2026-11-01時点)・取り込み" in shown
