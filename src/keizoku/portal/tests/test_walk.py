"""The customer's walk through the pages, by plain form posts."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from keizoku.customers.models import ContactStop
from keizoku.forms.models import Draft
from keizoku.kernel.clock import business_today
from keizoku.kernel.text.digits import full_width_digits
from keizoku.kernel.text.numbers import reference_code
from keizoku.portal.tests.browser import GOOD_ANSWERS, IDENTITY, Browser
from keizoku.reviews.actions import decide
from keizoku.reviews.models import Answer, ProposedChange, Review
from keizoku.reviews.queries import code_of
from keizoku.reviews.rules.asking_again import AskAgain
from keizoku.reviews.rules.reasons import Outcome
from keizoku.reviews.rules.states import State
from keizoku.reviews.tests.people import HANAKO, import_customers, make_staff, open_for
from keizoku.reviews.tokens import mark_of, token_for
from keizoku.ui.tests.page import Page

FIRST_LOAD_BYTES = 60_000
WRONG_IDENTITY = {**IDENTITY, "birth_day": "9"}
INDIVIDUAL_NUMBER = "983205673214"


def link_of(review: Review) -> str:
    return f"/r/{token_for(review.id, review.reference)}"


def identified(customer: Browser, review: Review) -> Browser:
    return customer.open(link_of(review)).post(**IDENTITY).one_by_one()


def rows() -> Any:
    """How many rows the tables hold that a GET could write to, but for the audit of reading."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM reviews_answer), (SELECT count(*) FROM forms_draft),"
            " (SELECT count(*) FROM reviews_identification), (SELECT count(*) FROM customers_contactstop),"
            " (SELECT count(*) FROM django_session), (SELECT array_agg(state) FROM reviews_review)"
        )
        return cursor.fetchone()


def test_customer_with_a_letter_answers_the_five_questions(customer, review):
    assert customer.open("/").state == "entry"
    assert customer.post(code=code_of(review.reference)).state == "identify"
    assert customer.post(**IDENTITY).path == "/unchanged"
    assert customer.one_by_one().path == "/question/1"
    for number, fields in enumerate(GOOD_ANSWERS, start=1):
        assert (customer.state, customer.path) == ("question", f"/question/{number}")
        customer.post(**fields)
    assert customer.state == "confirm"
    assert "年金受給" in customer.text
    assert "●●●-●●●●-5678" in customer.text

    assert customer.post().state == "done"

    assert code_of(review.reference) in customer.text
    review.refresh_from_db()
    assert (review.state, Answer.objects.get().entry) == (State.ANSWERED, "code")
    changed = ProposedChange.objects.filter(is_change=True).values_list("field", flat=True)
    assert list(changed) == ["occupation"]


def test_customer_with_a_link_begins_at_the_identification(customer, review):
    assert customer.open(link_of(review)).state == "identify"
    assert identified(customer, review).path == "/question/1"
    assert customer.answer_all().post().state == "done"
    assert Answer.objects.get().entry == "link"


@pytest.mark.parametrize("write", [full_width_digits, lambda code: code.replace("-", "")])
def test_code_may_be_typed_in_full_width_or_without_hyphens(customer, review, write):
    assert customer.open("/").post(code=write(code_of(review.reference))).state == "identify"


def test_wrong_code_says_what_to_do(customer, review):
    unused = reference_code(f"{(review.reference // 10 + 1) % 10**10:010d}")
    customer.open("/").post(code=unused)
    assert customer.state == "entry"
    assert "お知らせの番号をもう一度お確かめください" in customer.text
    customer.post(code="12345")
    assert "お知らせの11けたの数字を、もう一度入力してください" in customer.text


def test_eleventh_wrong_code_of_one_address_is_not_looked_up(customer, review):
    unused = reference_code(f"{(review.reference // 10 + 1) % 10**10:010d}")
    customer.open("/")
    for _ in range(10):
        customer.post(code=unused)
    customer.post(code=code_of(review.reference))
    assert customer.state == "entry"
    assert "10分ほどおいてから" in customer.text
    assert Browser("192.0.2.9").open("/").post(code=code_of(review.reference)).state == "identify"


def test_every_mistake_is_told_at_its_field_and_can_be_mended(customer, review):
    identified(customer, review)
    customer.post()
    assert "「変わりありません」か「変わりました」を選んでください。" in customer.text
    customer.post(answer_address_known="changed", answer_address_postal_code="150", answer_address="渋谷")
    assert "郵便番号は7けたの数字で入力してください" in customer.text
    assert "都道府県から入力してください" in customer.text
    assert 'value="150"' in customer.html
    assert Draft.objects.count() == 0
    moved = {"answer_address_postal_code": "１５０−０００２", "answer_address": "東京都渋谷区渋谷4-5-6"}
    assert customer.post(answer_address_known="changed", **moved).path == "/question/2"
    customer.post(answer_phone_known="changed", answer_phone="12345")
    assert "市外局番から数字で入力してください" in customer.text
    assert (
        customer.post(answer_phone_known="changed", answer_phone="０３ー１２３４ー５６７８").path
        == "/question/3"
    )
    customer.post()
    assert "あてはまるものを1つ選んでください。" in customer.text
    customer.post(**GOOD_ANSWERS[2])
    customer.post(**GOOD_ANSWERS[3])
    customer.post(answer_remittance="yes")
    assert "「はい」の場合は、送金先の国や地域を入力してください。" in customer.text
    assert customer.post(answer_remittance="yes", answer_remittance_detail="ベトナム").state == "prove"
    assert customer.post(do="without").state == "confirm"
    for words in ("〒150-0002", "東京都渋谷区渋谷4-5-6", "0312345678", "はい（ベトナム）"):
        assert words in customer.text


def test_individual_number_is_neither_kept_nor_shown(customer, review):
    identified(customer, review)
    customer.answer_all()
    customer.open("/question/5").post(answer_remittance="yes", answer_remittance_detail=INDIVIDUAL_NUMBER)
    assert "マイナンバー（個人番号）は入力しないでください" in customer.text
    assert INDIVIDUAL_NUMBER not in customer.html


def test_known_values_are_shown_masked(customer, review):
    identified(customer, review)
    assert "東京都●●" in customer.text
    assert "渋谷" not in customer.text
    customer.post(**GOOD_ANSWERS[0])
    assert "●●●-●●●●-5678" in customer.text
    assert "090" not in customer.text.replace("例：090-1234-5678", "")


def test_slip_at_the_identification_is_no_failed_attempt(customer, review):
    customer.open(link_of(review))
    for _ in range(7):
        customer.post(**{**IDENTITY, "account_last4": "45"})
    assert "口座番号の最後の4けた" in customer.text
    assert customer.post(**IDENTITY).state == "unchanged"


def test_fifth_wrong_identity_locks_the_review_for_every_browser(customer, review):
    customer.open(link_of(review))
    for left in (4, 3, 2, 1):
        customer.post(**WRONG_IDENTITY)
        assert f"あと{left}回入力できます" in customer.text
    assert customer.post(**WRONG_IDENTITY).state == "locked"
    assert identified(Browser(), review).state == "locked"
    assert rows()[:2] == (0, 0)


def test_typed_identity_is_not_sent_back(customer, review):
    customer.open(link_of(review)).post(**WRONG_IDENTITY)
    assert "4567" not in customer.text
    for typed in ("4567", "35"):
        assert f'value="{typed}"' not in customer.html


def test_answers_go_on_on_another_device_after_identifying_again(customer, review):
    identified(customer, review)
    for fields in GOOD_ANSWERS[:3]:
        customer.post(**fields)
    other = Browser()
    assert identified(other, review).path == "/question/4"
    other.post(**GOOD_ANSWERS[3])
    other.post(**GOOD_ANSWERS[4])
    assert other.post().state == "done"
    assert customer.post(**GOOD_ANSWERS[3]).state == "closed"


def test_going_back_shows_what_was_answered_and_changes_it(customer, review):
    identified(customer, review)
    customer.answer_all()
    customer.open("/question/3")
    assert 'value="pensioner" checked' in " ".join(customer.html.split())
    assert customer.post(answer_occupation="student").state == "confirm"
    assert "学生" in customer.text


def test_customer_without_a_phone_may_leave_it_empty(customer, db, tmp_path):
    (hanako,) = import_customers(tmp_path, HANAKO)
    (review,) = open_for(hanako)
    born = {
        "birth_era": "昭和",
        "birth_year": "50",
        "birth_month": "1",
        "birth_day": "2",
        "account_last4": "0123",
    }
    customer.open(link_of(review)).post(**born).one_by_one()
    customer.post(**GOOD_ANSWERS[0])
    assert "なくてもかまいません" in customer.text
    assert customer.post(answer_phone="").path == "/question/3"
    customer.open("/question/2")
    assert 'name="answer_phone_known"' not in customer.html


def test_nobody_jumps_ahead(customer, review):
    identified(customer, review)
    for path in ("/question/3", "/question/99", "/question/0", "/confirm"):
        assert customer.open(path).path == "/unchanged"


def test_second_press_of_the_button_finds_the_receipt(customer, review):
    identified(customer, review).answer_all()
    token = customer.client.cookies["csrftoken"].value
    first = customer.client.post("/confirm", {"csrfmiddlewaretoken": token}, follow=True)
    second = customer.client.post("/confirm", {"csrfmiddlewaretoken": token}, follow=True)
    assert first.redirect_chain == second.redirect_chain == [("/done", 302)]
    first_text, second_text = (Page(each.content.decode()) for each in (first, second))
    assert first_text.text(first_text.all("main")[0]) == second_text.text(second_text.all("main")[0])
    assert Answer.objects.count() == 1


def test_back_button_after_the_end_shows_the_receipt_and_not_the_answers(customer, review):
    identified(customer, review).answer_all().post()
    for path in ("/confirm", "/question/1", "/resume"):
        assert customer.open(path).state == "done"
        assert "渋谷" not in customer.text


def test_answered_link_and_code_say_so(customer, review):
    identified(customer, review).answer_all().post()
    for again in (Browser().open(link_of(review)), Browser().open("/").post(code=code_of(review.reference))):
        assert again.state == "closed"
        assert "お答えは、すでに受け付けています" in again.text


def test_link_past_its_deadline_says_so(customer, review):
    Review.objects.update(closes_on=business_today() - timedelta(days=1))
    assert customer.open(link_of(review)).state == "expired"
    assert "お答えの期限を過ぎました" in customer.text


def test_broken_link_leads_to_the_code(customer, review):
    assert customer.open(link_of(review)[:-2]).state == "expired"
    assert "このリンクは使えません" in customer.text


def test_visitor_without_a_sitting_begins_again(customer, review):
    assert customer.open("/question/1").state == "expired"
    assert "途中までのお答えは残っています" in customer.text
    assert customer.open("/identify").state == "entry"
    assert customer.open("/done").state == "entry"


def test_new_code_ends_the_visit_of_the_old_one_and_keeps_what_was_answered(customer, review):
    identified(customer, review).one_by_one().post(answer_address_known="same")
    halfway = Browser()
    halfway.open("/").post(code=code_of(review.reference))
    Review.objects.filter(id=review.id).update(reference=review.reference + 1)  # as the phone desk does it
    for browser in (customer, halfway):
        at = "/question/2" if browser is customer else "/identify"
        assert browser.open(at).state == "expired"
        assert "受付番号が新しくなりました" in browser.text
    assert customer.open("/help").state == "entry"
    assert ContactStop.objects.count() == 0
    again = Browser()
    link = token_for(review.id, review.reference + 1)
    assert again.open(f"/r/{link}").post(**IDENTITY).path == "/question/2"


def test_code_alone_opens_no_question(customer, review):
    customer.open("/").post(code=code_of(review.reference))
    assert customer.open("/question/1").state == "expired"
    assert customer.open("/confirm").state == "expired"


def test_asked_again_customer_is_told_the_matter(customer, review):
    identified(customer, review).answer_all().post()
    again = AskAgain(("occupation",), "more_detail")
    decide(review.id, Outcome.ASK_AGAIN, "occupation_unclear", make_staff(), again=again)
    again = Browser()
    assert identified(again, review).path == "/question/1"
    assert "「ご職業」について" in again.text
    assert "もう少しくわしく教えてください。" in again.text
    assert again.post(answer_occupation="pensioner").state == "confirm"
    assert again.post().state == "done"


def test_get_changes_nothing(customer, review):
    before = rows()
    for path in (
        "/",
        link_of(review),
        f"{link_of(review)}/help",
        f"{link_of(review)}/not-you",
        "/check",
        "/identify",
        "/question/1",
        "/done",
    ):
        customer.open(path)
    assert rows() == before
    identified(customer, review)
    before = rows()
    for path in ("/resume", "/question/1", "/confirm", "/help", "/not-you"):
        customer.open(path)
    assert rows() == before


def test_session_holds_no_personal_data_and_changes_its_key_at_identification(customer, review):
    customer.open("/").post(code=code_of(review.reference))
    before = customer.client.cookies["sessionid"].value
    customer.post(**IDENTITY)
    assert customer.client.cookies["sessionid"].value != before
    assert not Session.objects.filter(session_key=before).exists()
    assert dict(customer.client.session) == {
        "portal.visit": {
            "review": review.id,
            "entry": "code",
            "mark": mark_of(review.id, review.reference),
            "identified": True,
        }
    }
    customer.answer_all().post()
    assert set(customer.client.session.keys()) == {"portal.receipt"}


def test_pages_are_not_kept_by_caches_and_stay_small(customer, review):
    identified(customer, review)
    for path in ("/", link_of(review), "/question/1", "/check"):
        customer.open(path)
        assert customer.headers["Cache-Control"] == "no-store"
        assert len(customer.html.encode()) < FIRST_LOAD_BYTES // 4
        assert customer.headers["Referrer-Policy"] == "same-origin"


def test_post_without_its_page_is_refused(review):
    browser = Browser()
    response = browser.client.post(link_of(review), IDENTITY)
    assert response.status_code == 403
    assert rows()[2] == 0
