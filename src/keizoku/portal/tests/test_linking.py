"""Linking a LINE account on the customer's pages: code, identification, back to LINE; nothing is given to who cannot prove."""

from urllib.parse import parse_qs, urlsplit

import pytest

from keizoku.customers.linking import actions, queries
from keizoku.customers.linking.rules import State
from keizoku.customers.models import LineLink
from keizoku.kernel.personal import LineUser
from keizoku.portal.tests.browser import IDENTITY
from keizoku.reviews.models import Review
from keizoku.reviews.queries import code_of
from keizoku.reviews.rules.states import State as ReviewState
from keizoku.ui.tests.page import Page

START = "/line/link?linkToken=token-of-line"
USER = LineUser("U" + "a" * 32)


def dialog(customer):
    """Where the button leads: LINE's token and our nonce."""
    (button,) = [link for link in Page(customer.html).all("a") if "accountLink" in str(link["href"])]
    parts = urlsplit(str(button["href"]))
    return f"{parts.scheme}://{parts.netloc}{parts.path}", {
        name: values[0] for name, values in parse_qs(parts.query).items()
    }


def linking(customer, review):
    return customer.open(START).post(linkToken="token-of-line", code=code_of(review.reference))


def test_identified_customer_is_led_back_to_line_with_a_nonce_that_links(customer, review):
    linking(customer, review).post(**IDENTITY)

    address, given = dialog(customer)
    assert address == "https://access.line.me/dialog/bot/accountLink"
    assert given["linkToken"] == "token-of-line"
    assert actions.link(given["nonce"], USER) == review.customer_id
    assert queries.customer_of(USER) == review.customer_id


def test_nothing_of_the_customer_is_told_to_line(customer, review):
    linking(customer, review).post(**IDENTITY)

    _, given = dialog(customer)
    assert set(given) == {"linkToken", "nonce"}
    assert code_of(review.reference) not in str(given)


def test_wrong_birth_date_offers_nothing_and_counts(customer, review):
    linking(customer, review).post(**{**IDENTITY, "birth_day": "9"})

    assert "accountLink" not in customer.html
    assert not LineLink.objects.exists()
    assert Review.objects.get().identification.failures == 1


def test_five_mistakes_lock_the_link_as_they_lock_the_answer(customer, review):
    linking(customer, review)
    for _ in range(5):
        customer.post(**{**IDENTITY, "birth_day": "9"})

    assert customer.state == "locked"
    assert not LineLink.objects.exists()


@pytest.mark.parametrize(
    ("state", "is_good"),
    [
        (ReviewState.ANSWERED, True),
        (ReviewState.APPROVED, True),
        (ReviewState.NEEDS_PERSON, False),
        (ReviewState.UNANSWERED, False),
        (ReviewState.WITHDRAWN, False),
    ],
)
def test_code_is_good_after_the_answer_and_not_when_it_went_to_somebody_else(
    customer, review, state, is_good
):
    Review.objects.update(state=state)

    linking(customer, review)

    assert ("生年月日" in customer.text) is is_good


def test_unknown_code_is_refused_as_at_the_entrance(customer, review):
    customer.open(START).post(linkToken="token-of-line", code="99999-99999-8")

    assert customer.state == "link"
    assert "受付番号" in customer.text
    assert not LineLink.objects.exists()


def test_page_without_line_s_token_says_how_to_begin(customer, review):
    customer.open("/line/link")

    assert "トークで「連携」と送ります" in customer.text
    assert customer.open("/line/link/back").state == "link"


def test_an_offer_that_was_not_taken_to_line_links_nobody(customer, review):
    linking(customer, review).post(**IDENTITY)

    assert [link.state for link in queries.links_of(review.customer_id)] == [State.OFFERED]
    assert not queries.is_linked(review.customer_id)
