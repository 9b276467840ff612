"""Consents: what holds is what was told last, until it expires; a withdrawn channel is closed."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from keizoku.accounts.errors import NotPermitted
from keizoku.accounts.models import Staff
from keizoku.audit.actions import grant_read
from keizoku.audit.models import Entry
from keizoku.customers.consents import queries, rules
from keizoku.customers.consents.actions import Told, record_consent
from keizoku.customers.consents.purposes import SUPPLIED
from keizoku.customers.consents.rules import Act, PurposesInvalid, Source, Standing, expiry, read_purposes
from keizoku.customers.errors import ConsentRefused
from keizoku.customers.models import Consent

TODAY = date(2026, 11, 22)


@pytest.fixture
def reviewer(db):
    return Staff.objects.create(login="reviewer", display_name="審査", role="reviewer").actor


@pytest.fixture
def one(make_customers, reviewer):
    return make_customers(1)[0]


def told(on=TODAY, evidence="店頭の申込書 第12号", **given):
    return Told(Source.DOCUMENT, on, evidence, **given)


def standing(customer, purpose, today=TODAY):
    return next(row for row in queries.standings(customer, today) if row.purpose == purpose)


def test_nothing_was_told_until_it_is_given_and_then_withdrawn(one, reviewer):
    assert {row.standing for row in queries.standings(one, TODAY)} == {Standing.NONE}
    record_consent(one, "marketing_mail", Act.GIVEN, told(), actor=reviewer, today=TODAY)
    assert standing(one, "marketing_mail").words == "同意あり"
    record_consent(one, "marketing_mail", Act.WITHDRAWN, told(), actor=reviewer, today=TODAY)

    assert standing(one, "marketing_mail").words == "撤回"
    assert [row.act for row in queries.consents_of(one)] == ["撤回", "同意"]
    actions = Entry.objects.filter(action__startswith="customers.consent.").order_by("id")
    assert [(e.action, e.subject_id, e.details["purpose"]) for e in actions] == [
        ("customers.consent.given", one, "marketing_mail"),
        ("customers.consent.withdrawn", one, "marketing_mail"),
    ]


def test_news_of_an_earlier_day_is_history_and_changes_nothing(one, reviewer):
    record_consent(one, "line_contact", Act.WITHDRAWN, told(), actor=reviewer, today=TODAY)
    earlier = told(TODAY - timedelta(days=3))
    record_consent(one, "line_contact", Act.GIVEN, earlier, actor=reviewer, today=TODAY)

    assert standing(one, "line_contact").standing is Standing.WITHDRAWN
    assert [channel for channel, _ in queries.stopped_channels(one)] == ["line"]


def test_withdrawal_stops_its_channel_and_consent_opens_it_again(one, reviewer):
    record_consent(one, "line_contact", Act.WITHDRAWN, told(), actor=reviewer, today=TODAY)
    assert [channel for channel, _ in queries.stopped_channels(one)] == ["line"]
    record_consent(one, "line_contact", Act.GIVEN, told(), actor=reviewer, today=TODAY)
    assert queries.stopped_channels(one) == []
    record_consent(one, "marketing_mail", Act.WITHDRAWN, told(), actor=reviewer, today=TODAY)
    assert queries.stopped_channels(one) == []


def test_consent_holds_to_its_last_day_and_expires_after_it(one, reviewer):
    record_consent(one, "marketing_mail", Act.GIVEN, told(), actor=reviewer, today=TODAY)
    last = date(2029, 11, 22)
    assert standing(one, "marketing_mail", last).standing is Standing.GIVEN
    assert standing(one, "marketing_mail", last + timedelta(days=1)).standing is Standing.EXPIRED


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 12, 1), None, None),
    ],
)
def test_expiry_is_the_same_day_or_the_months_last(day, months, last):
    assert expiry(day, months) == last


def test_evidence_lies_encrypted_and_opens_under_a_grant(one, reviewer):
    consent = record_consent(one, "third_party", Act.GIVEN, told(), actor=reviewer, today=TODAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(t)::text FROM customers_consent t")
        raw = "".join(row for (row,) in cursor.fetchall())
    assert "申込書" not in raw
    assert "申込書".encode().hex() not in raw
    grant = grant_read(actor=reviewer, purpose="審査のため", subjects=[one])
    assert queries.evidence(one, grant) == {consent: "店頭の申込書 第12号"}


@pytest.mark.parametrize(
    ("purpose", "given", "words"),
    [
        ("nonsense", told(), "一覧にありません"),
        ("line_contact", told(TODAY + timedelta(days=1)), "今日までの日付"),
        ("line_contact", told(evidence=" "), "どのように確かめたか"),
        ("line_contact", told(evidence="番号 123456789018"), "個人番号"),
        ("line_contact", told(expires_on=TODAY - timedelta(days=1)), "期限が、同意の日より前"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(one, reviewer, purpose, given, words):
    with pytest.raises(ConsentRefused, match=words), transaction.atomic():
        record_consent(one, purpose, Act.GIVEN, given, actor=reviewer, today=TODAY)
    assert Consent.objects.count() == 0


@pytest.mark.parametrize("role", ["approver", "auditor", "administrator"])
def test_roles_without_the_right_record_nothing(one, role):
    actor = Staff.objects.create(login=role, display_name=role, role=role).actor
    with pytest.raises(NotPermitted):
        record_consent(one, "line_contact", Act.GIVEN, told(), actor=actor, today=TODAY)
    assert Consent.objects.count() == 0


def test_supplied_purposes_are_read_and_new_words_are_a_new_version(one, reviewer, monkeypatch):
    purposes = read_purposes(SUPPLIED.read_text("utf-8"))
    assert list(purposes) == [
        "electronic_delivery",
        "marketing_mail",
        "line_contact",
        "email_contact",
        "sms_contact",
        "third_party",
    ]
    record_consent(one, "line_contact", Act.GIVEN, told(), actor=reviewer, today=TODAY)
    second = rules.Version(2, "新しい文言")
    line = purposes["line_contact"]
    changed = rules.Purpose(line.code, line.label, line.channel, None, (*line.versions, second))
    monkeypatch.setattr(queries, "purposes", lambda: {"line_contact": changed})
    assert standing(one, "line_contact").has_new_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "1つもありません"),
        ("[[purpose]]\ncode='A'", "英小文字"),
        ("[[purpose]]\ncode='a'\nlabel='あ'", "purpose.version"),
        ("[[purpose]]\ncode='a'\nlabel='あ'\nmonths=0\n[[purpose.version]]\nnumber=1\nwords='い'", "months"),
        ("[[purpose]]\ncode='a'\nlabel='あ'\n[[purpose.version]]\nnumber=2\nwords='い'", "1から順に"),
        ("= 1", "TOML"),
    ],
)
def test_a_list_that_cannot_be_used_says_where(text, words):
    with pytest.raises(PurposesInvalid, match=words):
        read_purposes(text)
