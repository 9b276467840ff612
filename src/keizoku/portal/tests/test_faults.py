"""Bad input and bad intentions at the customer's pages: nothing breaks, nothing is kept that should not be, nothing is told."""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from keizoku import forms
from keizoku.delivery.lane.models import Code
from keizoku.forms.actions import save_draft
from keizoku.forms.models import Draft, QuestionnaireVersion
from keizoku.kernel.clock import business_today
from keizoku.kernel.text.numbers import reference_code
from keizoku.portal import urls
from keizoku.portal.tests.browser import GOOD_ANSWERS, IDENTITY, Browser
from keizoku.portal.tests.test_walk import identified, link_of
from keizoku.portal.typed import read_code
from keizoku.reviews.models import Answer, ProposedChange, Review
from keizoku.ui.tests.page import Page

LONG = "あ" * 10_000
RTL, ZERO_WIDTH, FOUR_BYTES, HALF_KANA = (
    "\u202e東京都渋谷区1-2-3\u202c",
    "東京都\u200b渋谷区1-2-3",
    "東京都𠮷野町1-2-3",
    "東京都ｼﾌﾞﾔ1-2-3",
)
MOVED = {"answer_address_known": "changed", "answer_address_postal_code": "150-0002"}


def change_phone(browser):
    """To the page that offers a code."""
    browser.one_by_one().post(**GOOD_ANSWERS[0])
    browser.post(answer_phone_known="changed", answer_phone="080-9876-5432")
    for fields in GOOD_ANSWERS[2:]:
        browser.post(**fields)
    assert browser.state == "prove"
    return browser


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (LONG, None),
        ("東京都渋谷区" + "1" * 200, None),
        (RTL, "東京都渋谷区1-2-3"),
        (ZERO_WIDTH, "東京都渋谷区1-2-3"),
        (FOUR_BYTES, FOUR_BYTES),
        (HALF_KANA, HALF_KANA),
        ("<script>alert(1)</script>", None),
        ("\x00\x07東京都渋谷区渋谷4-5-6", "東京都渋谷区渋谷4-5-6"),
    ],
)
def test_address_takes_names_and_no_tricks(customer, review, typed, kept):
    identified(customer, review)
    customer.post(**MOVED, answer_address=typed)
    assert customer.status == 200
    assert "<script>alert" not in customer.html
    assert customer.path == ("/question/1" if kept is None else "/question/2")
    if kept is not None:
        for fields in GOOD_ANSWERS[1:]:
            customer.post(**fields)
        assert kept in customer.post(do="without").text


@pytest.mark.parametrize("typed", [LONG, "090-ABCD-5678", "0" * 10_000, "+81 (0)90 call me", RTL])
def test_phone_with_anything_but_a_number_is_asked_again(customer, review, typed):
    identified(customer, review)
    customer.post(**GOOD_ANSWERS[0])
    customer.post(answer_phone_known="changed", answer_phone=typed)
    assert (customer.status, customer.path) == (200, "/question/2")
    assert Page(customer.html).all("div", role="alert")


def test_fields_before_the_questions_take_ten_thousand_characters(customer, review):
    for path, names in (("/", ["code"]), ("/check", ["code"]), (link_of(review), list(IDENTITY))):
        customer.open(path)
        for typed in (LONG, "9" * 10_000, RTL, "\x00"):
            customer.post(**dict.fromkeys(names, typed))
            assert customer.status == 200, (path, typed[:5])
    assert Review.objects.get().state == "open"


def test_answer_after_the_deadline_is_refused_and_not_kept(customer, review):
    identified(customer, review).post(**GOOD_ANSWERS[0])
    before = Draft.objects.get().updated_at
    Review.objects.update(closes_on=business_today() - timedelta(days=1))
    assert customer.post(**GOOD_ANSWERS[1]).state == "expired"
    assert Draft.objects.get().updated_at == before
    for path in ("/unchanged", "/confirm", "/prove", "/prove/code"):
        assert customer.open(path).state == "expired"
    assert not Answer.objects.exists()


def test_review_begun_with_another_version_is_finished_with_it(customer, review):
    text = (Path(forms.__file__).parent / "questionnaires" / "person-2.toml").read_text("utf-8")
    begun = QuestionnaireVersion.objects.create(questionnaire="person", version=2, text=text, digest="x")
    save_draft(review.id, questionnaire_id=begun.id, answers={})
    identified(customer, review).answer_all().post()
    assert (customer.state, Answer.objects.get().questionnaire_id) == ("done", begun.id)


def test_known_values_are_confirmed_at_once_and_a_late_second_press_changes_nothing(customer, review):
    customer.open(link_of(review)).post(**IDENTITY)
    assert customer.state == "unchanged"
    for masked in ("東京都●●", "●●●-●●●●-5678", "会●●", "給●●"):
        assert masked in customer.text
    assert "渋谷" not in customer.html
    customer.post(do="same")
    assert "あてはまるものを1つ選んでください。" in customer.text
    assert not Draft.objects.exists()
    customer.post(do="same", answer_remittance="no")
    assert customer.state == "confirm"
    kept = Draft.objects.get().updated_at
    customer.open("/unchanged")
    assert customer.state == "confirm"
    assert customer.post().state == "done"
    assert Draft.objects.count() == 0
    assert kept is not None
    changed = ProposedChange.objects.exclude(kind="note").values_list("field", "is_change")
    assert dict(changed) == dict.fromkeys(
        ("postal_code", "address", "phone", "occupation", "purpose", "foreign_remittance"), False
    )


def test_wrong_codes_are_locked_and_the_page_says_the_same_each_time(customer, review):
    change_phone(identified(customer, review))
    assert "t●●●@e●●●" in customer.text
    assert customer.post(do="send", way="sms").state == "prove", "the phone itself is changed"
    assert not Code.objects.exists()
    customer.post(do="send", way="email")
    assert customer.state == "prove_code"
    key = customer.client.cookies["sessionid"].value
    Code.objects.update(state="sent", sealed=None)
    told = set()
    for _ in range(7):
        customer.post(do="check", code="12345")
        told.add(customer.text)
    assert len(told) == 1
    assert Code.objects.get().wrong == 5
    customer.post(do="again")
    assert "届くまで1分ほどお待ちください。" in customer.text
    assert customer.client.cookies["sessionid"].value == key
    assert customer.post(do="without").state == "confirm"
    assert "連絡先の変更は、担当者が確認します" in customer.text
    assert customer.post().state == "done"
    assert Answer.objects.get().proof == "weak"


def test_code_is_read_as_people_type_it():
    assert read_code("１２３ ４５６") == read_code("123-456") == "123456"
    assert read_code("9" * 10_000) == "9" * 7


def test_unknown_codes_are_all_answered_alike(customer, review):
    def asked(ordinal):
        code = reference_code(f"{(review.reference // 10 + ordinal) % 10**10:010d}")
        customer.open("/check").post(code=code)
        return re.sub(r'value="[^"]*"', "", customer.html)

    assert asked(1) == asked(2)


ROUTES = [path.name for path in urls.urlpatterns]


def address_of(name, review):
    token = urlsplit(link_of(review)).path.removeprefix("/r/")
    arguments = {"link": [token], "not_you_by_link": [token], "help_by_link": [token], "question": [1]}
    arguments["capture_begin"] = [token]
    return reverse(f"portal:{name}", args=arguments.get(name, []))


def test_no_page_may_be_framed_or_takes_a_form_of_another_site(review):
    for name in ROUTES:
        address = address_of(name, review)
        answer = Browser().client.get(address)
        assert answer.headers["X-Frame-Options"] == "DENY", name
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], name
        assert "form-action 'self'" in answer.headers["Content-Security-Policy"], name
        assert Browser().client.post(address, {"do": "same", "code": "1"}).status_code in {403, 405}, name
    assert Review.objects.get().state == "open"


def test_session_that_somebody_else_chose_is_not_the_customer_s(customer, review):
    customer.client.cookies["sessionid"] = "x" * 32
    customer.open(link_of(review))
    known = customer.client.cookies["sessionid"].value
    identified(customer, review)
    assert customer.client.cookies["sessionid"].value not in {known, "x" * 32}
    thief = Browser()
    thief.client.cookies["sessionid"] = "x" * 32
    assert thief.open("/question/1").state == "expired"
