"""One-time codes: sent once, by the real transports too, never behind a wave, readable by nobody afterwards."""

import re
from datetime import date, timedelta

import pytest
from django.db import Error, transaction
from django.utils import timezone

from keizoku.audit.models import Entry
from keizoku.customers import actions as customers
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.errors import MessageRefused
from keizoku.delivery.lane import actions as lane
from keizoku.delivery.lane import words as own_words
from keizoku.delivery.lane.actions import Wanted
from keizoku.delivery.lane.errors import CodeRefused
from keizoku.delivery.lane.models import Code, CodeAttempt, CodeOutcome
from keizoku.delivery.lane.sending import LOST, Lane, settle, sweep
from keizoku.delivery.lane.words import message_for
from keizoku.delivery.models import Chunk
from keizoku.delivery.ports import Outcome, Result
from keizoku.delivery.rules import parts
from keizoku.delivery.tests.waves import open_wave
from keizoku.kernel.actor import Actor

DESK = Actor.system("test")


class Killed(BaseException):
    """The worker dies here."""


def test_japanese_words_are_one_sms_each_and_fit_a_city_hall_too():
    for purpose, bodies in own_words._BODIES.items():
        for language in ("ja", "easy"):
            body = bodies[language].replace("{code}", "123456")
            assert parts("sms", body, "銀" * 10) == 1, f"{purpose}, {language}"
            assert not re.search("当行|当金庫|銀行", body)


@pytest.fixture
def someone(committed_db, journal, make_customers):
    (customer,) = make_customers(1)
    return customer


def words(channel="email"):
    return lane.write_words(
        channel=channel,
        name="確認コード",
        subject="確認コード" if channel == "email" else "",
        body="確認コードは {code} です。10分以内に入力してください。",
        button_label="確認をはじめる" if channel == "line" else "",
        actor=DESK,
    )


def ask(customer, message=None, channel="email"):
    wanted = Wanted(customer, channel, "identity", message or words(channel))
    return lane.ask(wanted, actor=Actor.customer(customer))


def digits(call):
    return re.search(r"\d{6}", call.message.body)[0]


def states():
    return list(Code.objects.order_by("id").values_list("state", flat=True))


def test_code_is_sent_once_and_redeemed_once(someone, journal):
    key = ask(someone)
    assert Code.objects.get().sealed is not None

    assert Lane().run() == 1
    assert Lane().run() == 0

    (call,) = journal.calls
    code = Code.objects.get()
    assert (code.state, code.sealed, call.address.reveal()) == ("sent", None, "taro1@example.jp")
    assert CodeOutcome.objects.get().result == "accepted"
    assert not lane.redeem(key, "x", actor=DESK)
    assert lane.redeem(key, digits(call), actor=DESK)
    assert not lane.redeem(key, digits(call), actor=DESK), "once"


def test_code_stands_in_no_row_after_it_was_sent_and_never_in_the_audit(someone, journal):
    ask(someone)
    Lane().run()
    code = digits(journal.calls[0])

    assert code.encode() not in bytes(Code.objects.get().digest)
    told = [f"{entry.details}{entry.purpose}" for entry in Entry.objects.all()]
    assert not any(code in text for text in told)
    assert {"delivery.code.asked", "delivery.code.settled"} <= set(
        Entry.objects.values_list("action", flat=True)
    )
    with pytest.raises(Error, match="delivery_code_unreadable_after"), transaction.atomic():
        Code.objects.update(sealed=b"x")


@pytest.mark.parametrize("step", ["before_call", "before_outcomes"])
def test_killed_worker_leaves_it_unknown_and_it_is_never_sent_again(someone, journal, step):
    def die(self):
        raise Killed

    ask(someone)
    with pytest.raises(Killed):
        type("Dying", (Lane,), {step: die})().run()
    called = len(journal.calls)
    assert (states(), CodeAttempt.objects.count()) == (["sending"], 1)

    Lane().run()
    assert states() == ["sending"], "its worker may live still"
    Code.objects.update(moved_at=timezone.now() - timedelta(minutes=3))
    Lane().run()

    assert states() == ["unknown"]
    assert Code.objects.get().sealed is None
    assert (CodeOutcome.objects.get().code, len(journal.calls)) == ("worker_lost", called)


def test_late_answer_of_a_worker_that_was_given_up_settles_it(someone):
    class Slow(Lane):
        def before_outcomes(self):
            Code.objects.update(moved_at=timezone.now() - timedelta(minutes=3))
            sweep()

    ask(someone)
    Slow().run()

    assert states() == ["sent"]
    assert list(CodeOutcome.objects.order_by("id").values_list("result", flat=True)) == [
        "unknown",
        "accepted",
    ]
    assert not settle(CodeAttempt.objects.get(), LOST)


def test_unknown_answer_is_never_resent_and_a_deferred_one_is_until_the_code_is_over(someone, journal):
    journal.answer = staticmethod(lambda outgoing: Outcome(Result.UNKNOWN, "TimeoutError"))
    ask(someone)
    Lane().run()
    Lane().run()
    assert (states(), len(journal.calls)) == (["unknown"], 1)

    journal.answer = staticmethod(lambda outgoing: Outcome(Result.DEFERRED, "smtp_450"))
    ask(someone)
    Lane().run()
    assert Lane().run() == 0, "it waits a little"
    Code.objects.filter(state="waiting").update(not_before=timezone.now())
    Lane().run()
    assert (states(), CodeAttempt.objects.count()) == (["unknown", "waiting"], 3)

    Code.objects.filter(state="waiting").update(expires_at=timezone.now())
    Lane().run()
    assert (states(), len(journal.calls)) == (["unknown", "expired"], 3)
    assert Entry.objects.get(action="delivery.code.expired").details["count"] == 1
    assert not Code.objects.exclude(sealed=None).exists()


def test_code_that_is_over_newer_or_guessed_at_too_often_is_refused(someone, journal):
    message = words()
    old, new = ask(someone, message), ask(someone, message)
    Lane().run()
    first, second = (digits(call) for call in journal.calls)
    assert not lane.redeem(old, first, actor=DESK), "a newer one was sent"

    for _ in range(5):
        assert not lane.redeem(new, "12345", actor=DESK)
    assert not lane.redeem(new, second, actor=DESK)
    Code.objects.update(wrong=0, expires_at=timezone.now())
    assert not lane.redeem(new, second, actor=DESK)


def test_sixth_code_within_an_hour_is_refused_and_nothing_is_kept(someone):
    message = words()
    for _ in range(5):
        ask(someone, message)
    with pytest.raises(CodeRefused, match="5回"):
        ask(someone, message)
    assert Code.objects.count() == 5

    Code.objects.update(asked_at=timezone.now() - timedelta(minutes=61))
    ask(someone, message)


def test_words_without_a_code_or_with_a_link_are_refused(someone):
    for body in ("コードなし", "{code} {code}", "{code} {reference}", "{code} https://example.jp/"):
        with pytest.raises(MessageRefused):
            lane.write_words(channel="sms", name="x", subject="", body=body, button_label="", actor=DESK)
    with pytest.raises(CodeRefused):
        lane.ask(Wanted(someone, "email", "marketing", words()), actor=DESK)
    assert not Code.objects.exists()


def test_who_has_linked_no_account_gets_no_notification_message(someone, journal):
    ask(someone, channel="line")
    Lane().run()

    assert (states(), CodeOutcome.objects.get().code, journal.calls) == (["refused"], "not_linked", [])


def test_who_does_not_want_to_be_written_to_still_gets_the_code_asked_for(someone, journal):
    customers.stop_contact(
        customer_id=someone, campaign_id=None, reason="opted_out", actor=Actor.customer(someone)
    )
    ask(someone)
    Lane().run()
    assert (states(), len(journal.calls)) == (["sent"], 1)


def test_code_goes_out_in_the_middle_of_a_wave_and_within_its_carriers_limit(
    committed_db, journal, make_customers, settings
):
    from keizoku.delivery.allowances.models import Allowance
    from keizoku.delivery.allowances.rules import Limit

    settings.CARRIER_LIMITS = settings.CARRIER_LIMITS | {
        "line": Limit(),
        "email": Limit(a_second=1000, a_day=1),
    }
    ids = make_customers(30)
    open_wave(1)
    message = words()

    class Busy(Dispatcher):
        windows = 0

        def before_call(self, lease, claims):
            self.windows += 1
            if self.windows == 2:
                ask(ids[0], message)
                ask(ids[1], message)
                Lane().run()

    Busy("sender").run()

    sent = [call.tag[:2] for call in journal.calls]
    assert sent.index("kc") == 4, "behind the window in flight, before the 26 others"
    assert sent.count("kz") == 30
    assert states() == ["sent", "waiting"], "the day's limit is one mail, and the campaigns share it"
    assert Allowance.objects.get(channel="email").used_today == 1
    assert not Chunk.objects.exclude(state="closed").exists()


def test_ten_wrong_codes_within_a_day_end_the_codes_of_that_day(someone):
    message = words()
    for _ in range(2):
        key = ask(someone, message)
        Code.objects.update(state="sent", sealed=None)
        for _ in range(5):
            assert not lane.redeem(key, "x", actor=DESK)
    with pytest.raises(CodeRefused, match="24時間は送れません"):
        ask(someone, message)
    assert Code.objects.count() == 2
    Code.objects.update(asked_at=timezone.now() - timedelta(hours=25))
    ask(someone, message)


def notify(customer, channel, version=1):
    wanted = Wanted(customer, channel, "contact_changed", message_for("contact_changed", channel, "ja"))
    lane.notify(wanted, record_version=version, actor=DESK)


def test_notice_goes_to_the_address_as_it_was_and_can_not_be_redeemed(someone, journal, settings):
    settings.CHANNELS = settings.CHANNELS | {"sms": "keizoku.delivery.tests.carrier.Asked"}
    for phone, email in (("+819012345678", "old@example.jp"), ("+81312345678", "new@example.jp")):
        customers.apply_changes(
            customer_id=someone,
            changes={"phone": phone, "email": email},
            confirmed=[],
            source="declared",
            as_of=date(2026, 11, 22),
            actor=DESK,
        )
    for channel, version in (("email", 2), ("sms", 2), ("sms", 3)):
        notify(someone, channel, version)

    assert Lane().run() == 3

    told = sorted(call.address.reveal() for call in journal.calls)
    assert told == ["+819012345678", "old@example.jp"]
    assert all("変更しました" in call.message.body for call in journal.calls)
    assert not any("new@example.jp" in call.message.body for call in journal.calls)
    assert states() == ["sent", "sent", "refused", "waiting"], "a landline takes no SMS"
    letter = Code.objects.get(channel="letter")
    assert (letter.record_version, letter.not_before.minute) == (3, 0)
    assert letter.not_before > letter.asked_at, "nobody else told him; many go in one print file"
    assert not lane.redeem(Code.objects.first().key, "", actor=DESK)


def test_words_that_come_with_keizoku_are_kept_once_and_keep_the_rules(db):
    found = {
        (purpose, channel, language): message_for(purpose, channel, language)
        for purpose in ("contact_change", "contact_changed")
        for channel in ("sms", "email", "line")
        for language in ("ja", "easy", "en")
    }
    for language in ("ja", "easy", "en"):
        found["letter", "", language] = message_for("contact_changed", "letter", language)
    assert len(set(found.values())) == 21
    assert message_for("contact_change", "sms", "vi") == found["contact_change", "sms", "ja"]
