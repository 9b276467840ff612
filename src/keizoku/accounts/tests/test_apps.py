"""Authenticator apps and recovery codes: proved, taken once, counted, locked, encrypted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from keizoku.accounts.errors import FactorRefused
from keizoku.accounts.factors import actions, queries, rules
from keizoku.accounts.models import AuthenticatorApp, RecoveryCode, Staff
from keizoku.audit.queries import Criteria, search
from keizoku.kernel.ids import uuid7

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890", RFC 6238 appendix B


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (2000000000, "279037")]
)
def test_codes_are_those_of_rfc_6238(seconds, code):
    now = datetime.fromtimestamp(seconds, UTC)
    step = seconds // 30
    assert rules.step_of(code, RFC_SECRET, now) == step
    assert rules.step_of(code, RFC_SECRET, now + timedelta(seconds=30)) == step
    assert rules.step_of(code, RFC_SECRET, now + timedelta(seconds=61)) is None


@pytest.mark.parametrize("typed", ["287082", "２８７０８２", " 287 082 "])
def test_code_is_read_in_any_width(typed):
    assert rules.typed_code(typed) == "287082"


def test_seven_digits_are_no_code():
    assert rules.step_of(rules.typed_code("2870829"), RFC_SECRET, datetime.fromtimestamp(59, UTC)) is None


@pytest.fixture
def member(db, make_staff):
    return make_staff()


@pytest.fixture
def clock(monkeypatch):
    """The second step's wall clock, set forward by hand."""
    now = [timezone.now().replace(microsecond=0)]
    monkeypatch.setattr("django.utils.timezone.now", lambda: now[0])
    return now


def shown(member):
    return actions.offer_app(member).secret.replace(" ", "")


def code(secret, at):
    return rules.app(secret).generate(int(at.timestamp())).decode()


@pytest.fixture
def secret(member, clock):
    """Of an app that is proved; the code of this moment is taken."""
    secret = shown(member)
    actions.prove_app(member, code(secret, clock[0]))
    return secret


def refused(act, *arguments):
    with pytest.raises(FactorRefused) as told:
        act(*arguments)
    return told.value.message


def test_secret_is_offered_again_until_it_is_proved_and_is_never_in_the_clear(member, clock):
    offer = actions.offer_app(member)
    assert actions.offer_app(member) == offer
    assert offer.secret.replace(" ", "") in offer.address
    assert offer.address.startswith("otpauth://totp/")
    assert "otpauth" not in repr(offer)
    row = AuthenticatorApp.objects.get()
    assert offer.secret.replace(" ", "").encode() not in bytes(row.secret)
    assert queries.number_of(member) == 0
    clock[0] += timedelta(hours=25)
    assert actions.offer_app(member) != offer


def test_offered_app_opens_nothing_before_it_is_proved(member, clock):
    secret = shown(member)
    refused(actions.check_code, member, code(secret, clock[0]))
    assert not queries.has_app(member)


def test_code_is_taken_once_and_none_before_it(member, secret, clock):
    refused(actions.check_code, member, code(secret, clock[0]))
    clock[0] += timedelta(seconds=60)
    actions.check_code(member, code(secret, clock[0]))
    refused(actions.check_code, member, code(secret, clock[0]))
    refused(actions.check_code, member, code(secret, clock[0] - timedelta(seconds=30)))


def test_fifth_wrong_answer_locks_even_the_right_code_out_for_fifteen_minutes(member, secret, clock):
    for _ in range(5):
        refused(actions.check_code, member, "12345")
    clock[0] += timedelta(minutes=14, seconds=30)
    refused(actions.check_code, member, code(secret, clock[0]))
    clock[0] += timedelta(minutes=1)
    actions.check_code(member, code(secret, clock[0]))
    assert Staff.objects.get().failed_factors == 0
    reasons = [row.details["reason"] for row in search(Criteria(action="accounts.factor.refused")).rows]
    assert sorted(reasons) == ["app"] * 5 + ["locked_or_inactive"]


def test_all_ways_count_together_and_say_the_same(member, secret, clock):
    said = {refused(actions.check_code, member, "12345") for _ in range(3)}
    said |= {refused(actions.check_recovery_code, member, "wrong") for _ in range(3)}
    assert len(said) == 1
    assert Staff.objects.get().factors_locked_until is not None


def test_recovery_code_is_kept_as_its_hash_and_taken_once(member, secret):
    codes = actions.issue_recovery_codes(member)
    assert len(set(codes)) == 10
    kept = {bytes(one) for one in RecoveryCode.objects.values_list("code_hash", flat=True)}
    assert not any(one.encode() in kept for one in codes)
    assert actions.check_recovery_code(member, codes[0].upper().replace("-", " ")) == 9
    refused(actions.check_recovery_code, member, codes[0])
    new = actions.issue_recovery_codes(member)
    refused(actions.check_recovery_code, member, codes[1])
    assert actions.check_recovery_code(member, new[0]) == 9


def test_somebody_elses_code_opens_nothing(member, secret, clock, make_staff):
    other = make_staff("approver", "other")
    codes = actions.issue_recovery_codes(member)
    clock[0] += timedelta(seconds=60)
    refused(actions.check_code, other, code(secret, clock[0]))
    refused(actions.check_recovery_code, other, codes[0])


def test_sixth_app_is_refused_without_being_counted_as_a_wrong_answer(member, secret, clock):
    AuthenticatorApp.objects.bulk_create(
        AuthenticatorApp(key=uuid7(), staff=member, secret=b"", made_at=clock[0], proved_at=clock[0])
        for _ in range(4)
    )
    for _ in range(5):
        with pytest.raises(FactorRefused, match="5つまで"):
            actions.prove_app(member, "123456")
    clock[0] += timedelta(seconds=30)
    AuthenticatorApp.objects.filter(secret=b"").delete()
    actions.check_code(member, code(secret, clock[0]))


def test_unproved_secrets_go_after_a_day(member, clock):
    shown(member)
    assert actions.forget_unproved() == 0
    clock[0] += timedelta(hours=25)
    assert actions.forget_unproved() == 1
