"""What an operator sees of carriers: their limits, and callbacks that could not be understood."""

from datetime import timedelta

import pytest
from django.utils import timezone

from keizoku.audit.models import Entry
from keizoku.console.tests.pages import do, go, words
from keizoku.delivery import actions, put_aside
from keizoku.delivery.allowances.rules import Limit
from keizoku.delivery.allowances.taking import Allowance, Wall
from keizoku.delivery.models import RawEvent

CONTENT = b'{"events": "kz-00007-00003-0000012", "words": "himitsu"}'


@pytest.fixture
def broken(db):
    """One callback of a campaign that could not be read."""
    raw = RawEvent.objects.create(carrier="line", body=CONTENT)
    actions.process_raw_events()
    raw.refresh_from_db()
    assert raw.problem
    return raw


def test_limits_and_what_is_used_of_them_are_shown(browser, settings):
    settings.CARRIER_LIMITS = {"line": Limit(a_second=2000, a_day=40)}
    allowance = Allowance("line", Wall())
    allowance.room(50)
    allowance.take(40)
    text = words(go(browser("operator"), "console-carriers"))
    assert all(told in text for told in ("今日の上限に達しました。明日続けます", "2,000", "40 / 40"))
    assert text.count("送れます") == 3
    assert "いま、取り置いた通知はありません" in text


def test_callback_put_aside_is_shown_without_its_content(browser, broken):
    text = words(go(browser("auditor"), "console-carriers"))
    assert "取り置いた通知 1件" in text
    assert f"通知 {broken.id}・{len(CONTENT)}バイト" in text
    assert "キャンペーン 7" in text
    assert "himitsu" not in text
    assert "読み直す" not in text  # without the right
    assert "読み取れなかった通知" in words(go(browser("operator"), "console-home"))


def test_it_is_read_again_once_and_waits_again_if_it_still_cannot_be_read(browser, broken):
    operator = browser("operator")
    assert do(operator, "console-callback-again", broken.id).status_code == 302
    assert put_aside.count() == 0
    assert do(operator, "console-callback-again", broken.id).status_code == 409
    assert actions.process_raw_events() == 1
    assert put_aside.count() == 1
    assert do(operator, "console-callbacks-again").status_code == 302
    assert Entry.objects.filter(action__startswith="delivery.callback.").count() == 2


def test_it_is_let_go_only_for_a_reason(browser, broken):
    operator = browser("operator")
    refused = do(operator, "console-callback-let-go", broken.id, **{f"reason_{broken.id}": " "})
    assert refused.status_code == 422
    assert "理由" in words(refused)
    assert (put_aside.count(), Entry.objects.filter(action="delivery.callback.let_go").count()) == (1, 0)

    do(operator, "console-callback-let-go", broken.id, **{f"reason_{broken.id}": "試験の通知"})
    assert put_aside.count() == 0
    assert actions.process_raw_events() == 0
    assert Entry.objects.get(action="delivery.callback.let_go").purpose == "試験の通知"


def test_nobody_has_to_deal_with_an_old_one(broken):
    assert put_aside.let_go_old() == 0
    RawEvent.objects.update(received_at=timezone.now() - put_aside.LONGEST - timedelta(minutes=1))
    assert put_aside.let_go_old() == 1
    assert put_aside.let_go_old() == 0
    broken.refresh_from_db()
    assert broken.processed_at is not None
