import pytest

from keizoku.customers.models import ContactStop
from keizoku.kernel.text.numbers import reference_code
from keizoku.portal.tests.browser import IDENTITY, Browser
from keizoku.reviews.models import Review
from keizoku.reviews.queries import code_of
from keizoku.reviews.rules.states import State
from keizoku.reviews.tests.people import CAMPAIGN
from keizoku.reviews.tokens import token_for


def link_of(review: Review) -> str:
    return f"/r/{token_for(review.id, review.reference)}"


def test_our_own_code_is_confirmed_with_its_date_and_nothing_of_the_customer(customer, review):
    customer.open("/check").post(code=code_of(review.reference))
    assert customer.state == "check"
    assert "当行がお送りした番号です" in customer.text
    assert "まだお送りしていません" in customer.text
    assert "番号が本物でも、お知らせが本物とはかぎりません。" in customer.text
    assert "山田" not in customer.html


def test_foreign_code_is_denied(customer, review):
    unused = reference_code(f"{(review.reference // 10 + 1) % 10**10:010d}")
    customer.open("/check").post(code=unused)
    assert "当行の番号ではありません" in customer.text


def test_mistyped_code_is_asked_again(customer, review):
    customer.open("/check").post(code="123")
    assert "もう一度入力してください" in customer.text


def test_checking_codes_is_limited_like_entering_them(customer, review):
    unused = reference_code(f"{(review.reference // 10 + 1) % 10**10:010d}")
    customer.open("/check")
    for _ in range(10):
        customer.post(code=unused)
    customer.post(code=code_of(review.reference))
    assert "10分ほどおいてから" in customer.text


def test_wrong_recipient_stops_the_messages_without_being_asked_anything(customer, review):
    customer.open(f"{link_of(review)}/not-you")
    assert Review.objects.get().state == State.OPEN
    customer.post()
    assert (customer.state, Review.objects.get().state) == ("not_you", State.NEEDS_PERSON)
    assert "このお知らせは、もうお送りしません" in customer.text
    assert ContactStop.objects.get().campaign_id == CAMPAIGN


@pytest.mark.parametrize("kind", ["deceased", "guardian", "help"])
def test_call_for_a_person_needs_the_link_alone(customer, review, kind):
    assert customer.open(f"{link_of(review)}/help").state == "help"
    assert "お申し出を受け付けました" in customer.post(kind=kind).text
    assert (Review.objects.get().state, Review.objects.get().help_kind) == (State.NEEDS_PERSON, kind)
    assert Browser().open(link_of(review)).state == "closed"


def test_call_for_a_person_after_a_code(customer, review):
    customer.open("/").post(code=code_of(review.reference))
    assert customer.open("/help").post(kind="guardian").state == "help"
    assert Review.objects.get().help_kind == "guardian"


@pytest.mark.parametrize("kind", ["", "not_you", "anything"])
def test_call_for_a_person_names_its_kind(customer, review, kind):
    customer.open(f"{link_of(review)}/help").post(kind=kind)
    assert "あてはまるものを1つ選んでください。" in customer.text
    assert Review.objects.get().state == State.OPEN


def test_without_code_or_link_there_is_nobody_to_help(customer, review):
    assert customer.open("/help").state == "entry"
    assert customer.open("/not-you").state == "entry"


def test_forged_link_helps_nobody(customer, review):
    assert customer.open(f"{link_of(review)[:-2]}AA/help").state == "expired"
    assert Review.objects.get().state == State.OPEN


def test_sitting_ends_when_a_person_takes_over(customer, review):
    customer.open(link_of(review)).post(**IDENTITY)
    customer.open("/help").post(kind="help")
    assert customer.open("/question/1").state == "expired"
