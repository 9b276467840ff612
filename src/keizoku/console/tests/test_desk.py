"""The desk as a reviewer works it: take the next, read, decide."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keizoku.accounts.models import Staff
from keizoku.audit.models import Entry
from keizoku.console.tests.pages import do, go, words
from keizoku.console.views.desk import _after, key_text
from keizoku.customers.models import Fact
from keizoku.kernel.clock import business_today
from keizoku.reviews.actions import ask_for_help, submit_answer
from keizoku.reviews.desk.models import DeskCase, ServiceLevel
from keizoku.reviews.models import Decision, Review
from keizoku.reviews.queries import QueueKey
from keizoku.reviews.rules.reasons import HelpKind
from keizoku.reviews.tests import people
from keizoku.ui.tests.page import Page


@pytest.fixture
def review(customers):
    """Taro's review, answered: his occupation has changed."""
    (review,) = people.open_for(customers[0])
    people.answer_all(review.id)
    submit_answer(review.id, entry="code")
    return review.id


def test_next_case_is_taken_and_opened_and_the_reading_is_recorded(browser, staff, customers, review):
    client = browser("reviewer")
    assert "全1件" in words(go(client, "console-desk"))
    taken = do(client, "console-desk-next")
    assert taken.url == f"/console/desk/{review}"
    shown = words(client.get(taken.url))
    for part in (
        "会社員",
        "年金",
        "変わりました",
        "東京都渋谷区渋谷1-2-3",
        "150-0002",
        "承認して記録に反映する",
    ):
        assert part in shown
    last = Entry.objects.filter(action="customers.record.read").latest("id")
    assert (last.actor_id, last.subject_id) == (str(staff["reviewer"].pk), customers[0])


def test_case_is_opened_by_a_number_of_statements_that_no_history_adds_to(browser, customers, review):
    client = browser("reviewer")
    for campaign in (81, 82):  # earlier reviews of the same customer, each with an answer and a decision
        do(client, "console-case-decide", review, outcome="reject", reason_reject="implausible")
        people.answer_all(review := people.open_for(customers[0], campaign_id=campaign)[0].id)
        submit_answer(review, entry="code")
    go(client, "console-case", review)
    with CaptureQueriesContext(connection) as asked:
        assert "これまでの確認" in words(go(client, "console-case", review))
    # 36 when this was written: 300 cases a day are opened.
    assert len(asked) <= 40


def test_new_phone_after_a_weak_proof_is_pointed_out(browser, customers):
    (review,) = people.open_for(customers[0])
    people.answer_all(
        review.id, (people.SAME, {"known": ["changed"], "answer": ["080-1111-2222"]}, *people.ANSWERS[2:])
    )
    submit_answer(review.id, entry="code")

    told = words(go(browser("reviewer"), "console-case", review.id))

    assert "電話番号の変更は、生年月日と登録番号の一部だけを確かめた方からです。" in told
    assert "本人の確かめ方生年月日と登録番号の一部" in told


def test_empty_desk_says_so(browser):
    client = browser("reviewer")
    assert do(client, "console-desk-next").url == "/console/desk"
    shown = words(go(client, "console-desk"))
    assert "いま取れる案件はありません" in shown
    assert "審査を待つ案件はありません" in shown


def test_approval_writes_the_record_and_the_case_leaves_the_desk(browser, customers, review):
    client = browser("reviewer")
    decided = do(
        client,
        "console-case-decide",
        review,
        outcome="approve",
        reason_approve="consistent",
        note_approve="よし",
    )
    assert decided.url == "/console/desk"
    assert Review.objects.get(id=review).state == "approved"
    assert Fact.objects.get(customer_id=customers[0]).occupation == "pensioner"
    assert "決定しました：承認する" in words(client.get(decided.url))
    case = words(go(client, "console-case", review))
    assert "回答に不自然な点がない" in case
    assert "よし" in case
    assert "決定する" not in case


def test_decision_without_a_reason_keeps_the_note_and_changes_nothing(browser, review):
    answer = do(browser("reviewer"), "console-case-decide", review, outcome="reject", note_reject="あとで")
    assert answer.status_code == 422
    shown = words(answer)
    assert "「否認する」理由を1つ選んでください。" in shown
    assert "あとで" in shown
    assert (Decision.objects.count(), Review.objects.get(id=review).state) == (0, "answered")


def test_reason_of_another_decision_is_refused_in_words(browser, review):
    answer = do(
        browser("reviewer"), "console-case-decide", review, outcome="approve", reason_approve="implausible"
    )
    assert answer.status_code == 409
    assert "この決定に使えない理由です。一覧から理由を選び直してください。" in words(answer)
    assert Decision.objects.count() == 0


def test_who_took_the_answer_on_the_phone_is_refused_to_decide_it(browser, staff, customers):
    (review,) = people.open_for(customers[0])
    people.answer_all(review.id)
    submit_answer(review.id, entry="phone", answered_by=staff["reviewer"].pk)
    answer = do(
        browser("reviewer"), "console-case-decide", review.id, outcome="approve", reason_approve="consistent"
    )
    assert answer.status_code == 409
    assert "ご自身が電話や紙から書き取った回答は審査できません。" in words(answer)


def test_case_that_needs_a_person_offers_only_what_may_follow(browser, customers):
    (review,) = people.open_for(customers[0])
    ask_for_help(review.id, HelpKind.DECEASED)
    page = Page(go(browser("reviewer"), "console-case", review.id).content.decode())
    offered = {field["value"] for field in page.all("input", name="outcome")}
    assert offered == {"ask_again", "withdraw"}
    assert "ご本人が亡くなられた" in page.text(page.all("main")[0])


def test_case_is_put_back_for_others(browser, review):
    client = browser("reviewer")
    do(client, "console-desk-next")
    do(client, "console-case-release", review)
    assert DeskCase.objects.get(review_id=review).held_by is None


def test_operator_sees_the_queue_without_a_way_into_the_cases(browser, review):
    page = Page(go(browser("operator"), "console-desk").content.decode())
    assert page.all("th", scope="row")
    assert not [a for a in page.all("a") if "/console/desk/" in a["href"]]


def test_case_of_a_customer_is_closed_to_who_may_not_unmask(browser, review):
    assert go(browser("approver"), "console-case", review).status_code == 403


def test_queue_goes_on_where_the_page_before_ended(browser, customers):
    first, second = (review.id for review in people.open_for(*customers))
    for review in (first, second):
        ask_for_help(review, HelpKind.HELP)
    client = browser("reviewer")
    row = DeskCase.objects.get(review_id=first)
    page = Page(go(client, "console-desk", after=key_text(QueueKey(row.due_at, first))).content.decode())
    assert [a["href"] for a in page.all("a") if "/console/desk/" in a["href"]] == [f"/console/desk/{second}"]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x",
        "2026-11-21_1",
        "2026-99-99T00:00:00Z_1",
        "2026-11-21T00:00:00Z_x",
        "2026-11-21T00:00:00Z_²",
        "_",
    ],
)
def test_key_of_a_page_that_nobody_wrote_begins_at_the_beginning(key):
    assert _after(key) is None


def test_queue_asks_the_database_at_most_fifteen_times(browser, review):
    Staff.objects.create(login="other", display_name="ほか", role="reviewer")
    client = browser("reviewer")
    with CaptureQueriesContext(connection) as queries:
        go(client, "console-desk")
    assert len(queries) <= 15


def test_reviewer_ticks_the_questions_that_are_asked_again(browser, review):
    client = browser("reviewer")
    page = Page(go(client, "console-case", review).content.decode())
    assert [box["value"] for box in page.all("input", name="asked")] == [
        "address",
        "phone",
        "occupation",
        "purpose",
        "remittance",
    ]
    chosen = {"outcome": "ask_again", "reason_ask_again": "occupation_unclear", "note_ask_again": "年金とは"}
    refused = do(client, "console-case-decide", review, **chosen)
    assert refused.status_code == 422
    assert "もう一度おたずねする質問が選ばれていません。" in words(refused)
    assert "年金とは" in words(refused)
    done = do(client, "console-case-decide", review, **chosen, asked=["occupation"], words="confirm")
    assert done.url == "/console/desk"
    assert (Decision.objects.get().asked, Review.objects.get(id=review).state) == (
        ["occupation"],
        "asked_again",
    )
    assert "おたずねした質問：ご職業" in words(go(client, "console-case", review))


def test_decide_and_next_leads_to_the_next_case_of_the_filter(browser, customers):
    reviews = [row.id for row in people.open_for(*customers)]
    for row in reviews:
        ask_for_help(row, HelpKind.HELP)
    client = browser("reviewer")
    first = do(client, "console-desk-next", help="help").url
    assert first.endswith("?help=help")
    fields = {"outcome": "withdraw", "reason_withdraw": "handled_in_person", "then": "next", "help": "help"}
    taken = int(first.rpartition("/")[2].partition("?")[0])
    following = do(client, "console-case-decide", taken, **fields)
    (other,) = set(reviews) - {taken}
    assert following.url == f"/console/desk/{other}?help=help"
    assert "決定しました：取り下げる" in words(client.get(following.url))
    assert do(client, "console-case-decide", other, **fields).url == "/console/desk?help=help"


def test_what_is_typed_comes_back_in_the_next_browser(browser, review):
    client = browser("reviewer")
    do(client, "console-case-take", review)
    typed = {"outcome": "reject", "reason_reject": "implausible", "note_reject": "勤務先に在籍なし"}
    assert "書きかけを預かりました" in do(client, "console-case-draft", review, **typed).content.decode()
    shown = words(go(browser("reviewer"), "console-case", review))
    assert "書きかけの決定が残っています" in shown
    assert "勤務先に在籍なし" in shown


def test_case_rests_until_its_hour_and_the_form_keeps_what_was_typed(browser, review):
    client = browser("reviewer")
    day = (business_today() + timedelta(days=1)).isoformat()
    refused = do(client, "console-case-snooze", review, snooze_day=day, snooze_hour="10")
    assert refused.status_code == 422
    assert "後回しにする理由を1つ選んでください。" in words(refused)
    far = {"snooze_day": "2099-01-01", "snooze_reason": "document"}
    assert "その日時までは後回しにできません" in words(do(client, "console-case-snooze", review, **far))
    done = do(client, "console-case-snooze", review, snooze_day=day, snooze_reason="document")
    assert done.url == "/console/desk"
    assert "審査を待つ案件はありません" in words(go(client, "console-desk"))
    assert "書類が届くのを待つ" in words(go(client, "console-desk", resting="1"))
    do(client, "console-case-wake", review)
    assert DeskCase.objects.get(review_id=review).snoozed_until is None


def test_filter_reads_as_a_sentence_and_is_kept_under_a_name(browser, review):
    client = browser("reviewer")
    assert "この条件の案件はありません" in words(go(client, "console-desk", changed="phone", level="x"))
    assert do(client, "console-desk-filter-keep", name="", changed="phone").status_code == 422
    kept = do(client, "console-desk-filter-keep", name="電話", changed="phone", shared="1")
    assert kept.url == "/console/desk?changed=phone"
    page = Page(go(browser("operator"), "console-desk").content.decode())
    assert [a["href"] for a in page.all("a") if "changed=phone" in a["href"]] == [
        "/console/desk?changed=phone"
    ]


def test_supervisor_sees_the_board_gives_cases_and_changes_service_levels(browser, staff, review):
    client = browser("compliance")
    reviewer = staff["reviewer"].pk
    with CaptureQueriesContext(connection) as queries:
        shown = words(go(client, "console-desk-board"))
    assert len(queries) <= 15
    assert "決まっていない" in shown
    do(client, "console-case-give", review, to=reviewer)
    assert DeskCase.objects.get(review_id=review).owner_id == reviewer
    do(client, "console-case-give", review, to="")
    do(client, "console-desk-give-next", to=reviewer, number="3")
    assert DeskCase.objects.get(review_id=review).owner_id == reviewer
    assert do(client, "console-case-give", review, to=staff["operator"].pk).status_code == 409
    assert do(client, "console-desk-level", of="answered.high", days="99").status_code == 422
    do(client, "console-desk-level", of="answered.high", days="1")
    assert ServiceLevel.objects.get(state="answered", level="high").days == 1
    assert go(browser("reviewer"), "console-desk-board").status_code == 403
