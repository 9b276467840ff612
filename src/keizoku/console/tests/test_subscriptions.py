"""出来事の通知先: an administrator names them; the secret is on one answer alone; others read how it goes."""

import re

import pytest

from keizoku.console.tests.pages import do, go, words
from keizoku.events.models import Subscription

HOOK = {"name": "データ基盤", "url": "https://example.com/hook", "kinds": ["review.answered"]}


def test_secret_is_shown_in_the_answer_that_makes_it_and_never_again(browser):
    administrator = browser("administrator")
    made = words(do(administrator, "console-subscription-make", **HOOK))
    (secret,) = re.findall(r"whsec_[\w+/=]+", made)

    page = words(go(administrator, "console-subscriptions"))
    assert secret not in page
    assert "https://example.com/hook" in page
    number = Subscription.objects.get().id
    changed = words(do(administrator, "console-subscription-secret", number))
    assert "whsec_" in changed
    assert secret not in changed


def test_wrong_place_is_refused_and_what_was_typed_stays(browser):
    answer = do(browser("administrator"), "console-subscription-make", **{**HOOK, "url": "ftp://example.com"})

    assert answer.status_code == 422
    assert 'value="ftp://example.com"' in answer.content.decode()
    assert not Subscription.objects.exists()


def test_ended_subscription_is_told_nothing_more_and_can_do_nothing(browser):
    administrator = browser("administrator")
    do(administrator, "console-subscription-make", **HOOK)
    number = Subscription.objects.get().id
    assert "0件を送り直します" in words(
        administrator.get(do(administrator, "console-subscription-again", number).url)
    )

    assert do(administrator, "console-subscription-end", number).status_code == 302

    assert "終了" in words(go(administrator, "console-subscriptions"))
    assert do(administrator, "console-subscription-secret", number).status_code == 409


@pytest.mark.parametrize("role", ["operator", "compliance", "auditor"])
def test_nobody_else_names_a_place(browser, role):
    assert do(browser(role), "console-subscription-make", **HOOK).status_code == 403
    assert not Subscription.objects.exists()
