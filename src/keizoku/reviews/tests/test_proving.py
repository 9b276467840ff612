"""A new contact point after a weak proof waits for a person; a code by another way proves more; the old points are told."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from keizoku.customers.models import ContactPoint
from keizoku.delivery.lane.errors import CodeRefused
from keizoku.delivery.lane.models import Code
from keizoku.delivery.lane.sealing import unseal
from keizoku.delivery.models import MessageVersion
from keizoku.kernel.actor import Actor
from keizoku.reviews.actions import answer_question, decide, open_sitting, submit_answer
from keizoku.reviews.errors import CodeNotOffered, CodeTooSoon, CodeWrong
from keizoku.reviews.models import Answer, Decision, ProposedChange, Review
from keizoku.reviews.proving import asking
from keizoku.reviews.proving.asking import ask_code, type_code
from keizoku.reviews.proving.ways import changing as fields_of
from keizoku.reviews.proving.ways import strength_of, ways
from keizoku.reviews.rules import proving
from keizoku.reviews.rules.proving import Known, Strength, Way
from keizoku.reviews.rules.reasons import Outcome
from keizoku.reviews.tests.people import ANSWERS, answer_all, use_standard_scorecard

NEW_PHONE = {"known": ["changed"], "answer": ["080-9876-5432"]}
MOVED = {"known": ["changed"], "postal_code": ["1500002"], "answer": ["東京都渋谷区渋谷4-5-6"]}
NOW = datetime(2026, 11, 22, tzinfo=UTC)
EVERYTHING = Known("+819012345678", True, "taro@example.jp", True)
SMS, MAIL, LINE = Way("sms", "●●●-●●●●-5678"), Way("email", "t●●●@e●●●"), Way("line", "")


def changing(review, **answers):
    """All five answers given, some of them new."""
    given = {"address": ANSWERS[0], "phone": ANSWERS[1], **answers}
    answer_all(review.id, (given["address"], given["phone"], *ANSWERS[2:]))
    return open_sitting(review.id)


def ways_of(sitting):
    return ways(sitting, fields_of(sitting), entry="code")


def worth(sitting, key):
    return strength_of(sitting, fields_of(sitting), key)


def ask(sitting, channel="email"):
    return ask_code(sitting, channel, offered=ways_of(sitting))


def digits():
    """The newest code, as only its recipient could read it."""
    from keizoku.audit import actions as audit

    code = Code.objects.order_by("-id").first()
    grant = audit.grant_read(actor=Actor.system("test"), purpose="delivery.code", subjects=[code.customer_id])
    return unseal(bytes(code.sealed), code.key, code.customer_id, grant)


def sent():
    """The carrier took what waits; the code stays readable for the test."""
    Code.objects.filter(state="waiting").update(state="sending")


@pytest.mark.parametrize(
    ("reached_by", "fields", "found"),
    [
        ((), {"address", "postal_code"}, (SMS, MAIL, LINE)),
        (("letter",), {"phone"}, (MAIL, LINE)),
        (("line",), {"email"}, ()),
        (("line",), {"address"}, (MAIL,)),
        (("sms",), {"phone"}, (MAIL,)),
        (("email",), {"address"}, (SMS, LINE)),
        (("email", "line"), {"address"}, ()),
        ((), {"phone", "email"}, (LINE,)),
    ],
)
def test_code_goes_neither_to_the_point_that_was_written_to_nor_to_one_under_change(
    reached_by, fields, found
):
    assert proving.ways(EVERYTHING, reached_by=reached_by, changing=fields) == found


def test_point_that_failed_or_is_new_or_takes_no_sms_is_not_offered():
    known = Known("+81312345678", False, "taro@example.jp", False, unusable=("email",))
    assert proving.ways(known, reached_by=(), changing={"address"}) == ()


def test_visitor_by_link_holds_what_carries_links_and_one_by_code_whatever_was_sent():
    sent_by = {"line", "email"}
    assert proving.channels_that_led_here(sent_by, by_link=True) == {"line"}
    assert proving.channels_that_led_here(sent_by, by_link=False) == sent_by


def test_code_counts_for_an_hour_and_not_for_a_change_of_its_own_point():
    proved = ("email", NOW)
    assert proving.strength(proved, changing={"phone"}, now=NOW + timedelta(minutes=60)) is Strength.STRONG
    assert proving.strength(proved, changing={"phone"}, now=NOW + timedelta(minutes=61)) is Strength.WEAK
    assert proving.strength(proved, changing={"phone", "email"}, now=NOW) is Strength.WEAK
    assert proving.strength(None, changing={"phone"}, now=NOW) is Strength.WEAK


def test_new_contact_point_after_a_weak_proof_needs_a_person_and_nothing_else_does(review):
    changing(review, phone=NEW_PHONE)
    submit_answer(review.id, entry="code")
    assert Answer.objects.get().proof == "weak"
    rows = dict(ProposedChange.objects.filter(is_change=True).values_list("field", "needs_person"))
    assert rows == {"phone": True, "occupation": False}
    assert not ProposedChange.objects.filter(is_change=False, needs_person=True).exists()


def test_database_refuses_a_decision_by_nobody_over_a_new_contact_point(review):
    changing(review, phone=NEW_PHONE)
    submit_answer(review.id, entry="code")
    with pytest.raises(Error, match="needs a person"), transaction.atomic():
        Decision.objects.create(
            review=review, round=1, outcome="approve", reason_code="consistent", decided_at=timezone.now()
        )
    assert not Decision.objects.exists()


def test_right_code_makes_the_proof_strong(review):
    sitting = changing(review, phone=NEW_PHONE)
    assert ways_of(sitting) == (MAIL,)
    key = ask(sitting)
    code = Code.objects.get()
    assert (code.channel, code.purpose, code.expires_at - code.asked_at) == (
        "email",
        "contact_change",
        timedelta(minutes=10),
    )
    typed = digits()
    sent()
    with pytest.raises(CodeWrong):
        type_code(review.id, key, "12345")
    assert worth(sitting, key) is Strength.WEAK
    type_code(review.id, key, typed)
    with pytest.raises(CodeWrong):
        type_code(review.id, key, typed)

    submit_answer(review.id, entry="code", proof_key=key)

    assert Answer.objects.get().proof == "strong"
    assert not ProposedChange.objects.filter(needs_person=True).exists()


def test_code_of_one_customer_proves_nothing_for_another_nor_for_its_own_point(review):
    sitting = changing(review, phone=NEW_PHONE)
    assert worth(sitting, uuid4()) is Strength.WEAK
    key = ask(sitting)
    typed = digits()
    sent()
    type_code(review.id, key, typed)
    answer_question(review.id, 1, MOVED)
    assert worth(open_sitting(review.id), key) is Strength.STRONG
    Code.objects.update(channel="sms")
    assert worth(open_sitting(review.id), key) is Strength.WEAK, "the phone itself is changed"
    Code.objects.update(channel="email", customer_id=0)
    assert worth(open_sitting(review.id), key) is Strength.WEAK


def test_code_is_not_sent_where_nothing_changes_nor_by_a_way_that_is_closed(review):
    sitting = changing(review)
    assert ways_of(sitting) == ()
    with pytest.raises(CodeNotOffered):
        ask(sitting)
    sitting = changing(review, phone=NEW_PHONE)
    with pytest.raises(CodeNotOffered):
        ask(sitting, "sms")
    assert not Code.objects.exists()


def test_second_code_has_to_wait_a_minute_and_the_sixth_an_hour(review):
    sitting = changing(review, phone=NEW_PHONE)
    ask(sitting)
    with pytest.raises(CodeTooSoon):
        ask(sitting)
    for _ in range(4):
        Code.objects.update(asked_at=timezone.now() - timedelta(minutes=2))
        ask(sitting)
    Code.objects.update(asked_at=timezone.now() - timedelta(minutes=2))
    with pytest.raises(CodeRefused):
        ask(sitting)
    assert Code.objects.count() == 5


def test_of_two_codes_asked_for_at_once_one_is_sent(review, monkeypatch):
    sitting, message_for = changing(review, phone=NEW_PHONE), asking.message_for

    def beside(*wanted):
        monkeypatch.setattr(asking, "message_for", message_for)
        ask(sitting)
        return message_for(*wanted)

    monkeypatch.setattr(asking, "message_for", beside)
    with pytest.raises(CodeTooSoon):
        ask(sitting)
    assert Code.objects.count() == 1


def test_approved_change_is_told_to_the_old_points_and_to_no_new_one(review, reviewer):
    use_standard_scorecard()
    changing(review, phone=NEW_PHONE)
    Review.objects.update(language="en")
    submit_answer(review.id, entry="code")
    assert not Code.objects.exists()

    decide(review.id, Outcome.APPROVE, "explained", reviewer)

    notices = Code.objects.filter(purpose="contact_changed").order_by("channel")
    assert [(row.channel, row.record_version, row.sealed) for row in notices] == [
        ("email", 1, None),
        ("sms", 1, None),
    ]
    words = MessageVersion.objects.get(id=notices[0].message_id)
    assert "have been changed" in words.body
    assert not re.search(r"\{(?!institution)", words.body + words.subject)


def test_customer_whom_neither_phone_nor_mail_reaches_is_told_by_letter(review, reviewer):
    use_standard_scorecard()
    ContactPoint.objects.filter(customer_id=review.customer_id, channel__in=("phone", "email")).update(
        state="unreachable"
    )
    changing(review, address=MOVED)
    submit_answer(review.id, entry="code")
    decide(review.id, Outcome.APPROVE, "explained", reviewer)
    [notice] = Code.objects.all()
    assert (notice.channel, notice.record_version) == ("letter", 1)
    assert "変更の前にご登録のご住所へ" in notice.message.body


def test_approval_without_a_new_contact_point_tells_nobody(review, reviewer):
    use_standard_scorecard()
    changing(review)
    submit_answer(review.id, entry="code")
    decide(review.id, Outcome.APPROVE, "consistent", reviewer)
    assert not Code.objects.exists()


def test_opening_reviews_by_sql_leaves_the_language_open(review):
    with connection.cursor() as cursor:
        cursor.execute("SELECT language FROM reviews_review")
        assert cursor.fetchall() == [("",)]
