import threading
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connection
from django.utils import timezone

from keizoku.accounts import actions
from keizoku.accounts.actions import issue_ticket, redeem_ticket, sign_in_with_password
from keizoku.accounts.errors import NotPermitted, SignInRefused, TicketRefused
from keizoku.accounts.models import SignInTicket, Staff
from keizoku.audit.queries import Criteria, search
from keizoku.kernel.actor import Actor

PASSWORD = "正しい馬の電池とホチキス"
CLI = Actor.system("command_line")


@pytest.fixture
def member(db, make_staff):
    return make_staff(password=PASSWORD)


def entries(prefix: str) -> list[tuple[str, str, int | None, object]]:
    rows = reversed(search(Criteria(action=prefix)).rows)
    return [(row.action, row.actor_kind, row.subject_id, row.details.get("reason")) for row in rows]


def fail(times: int, login: str = "yamada", password: str = "違う") -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            sign_in_with_password(login, password)


# -- by password


def test_the_right_password_signs_in_and_is_recorded(member):
    assert sign_in_with_password("yamada", PASSWORD) == member
    assert entries("accounts.sign_in.") == [("accounts.sign_in.succeeded", "staff", member.pk, None)]


def test_the_login_is_taken_without_regard_to_case_and_margins(member):
    assert sign_in_with_password(" Yamada ", PASSWORD) == member


def test_a_wrong_password_is_refused_and_recorded(member):
    fail(1)
    assert entries("accounts.sign_in.") == [("accounts.sign_in.refused", "system", member.pk, "password")]


def test_an_unknown_login_is_refused_and_recorded_without_what_was_typed(member):
    fail(1, login="suzuki")
    assert entries("accounts.sign_in.") == [("accounts.sign_in.refused", "system", None, "unknown")]
    (entry,) = search(Criteria(action="accounts.sign_in.")).rows
    assert "suzuki" not in repr(entry)


def test_every_refusal_says_the_same_and_does_the_same_work(member, monkeypatch):
    checked: list[str] = []

    def check_and_tell(raw, kept):
        checked.append(kept)
        return check_password(raw, kept)

    monkeypatch.setattr(actions, "check_password", check_and_tell)
    said = set()
    for login in ["yamada", "suzuki", *["yamada"] * 5]:
        with pytest.raises(SignInRefused) as refused:
            sign_in_with_password(login, "違う")
        said.add((refused.value.code, refused.value.message, refused.value.remedy))
    assert len(said) == 1
    assert len(checked) == 7
    assert all(kept.startswith("pbkdf2_sha256$1000$") for kept in checked)


def test_the_fifth_failure_locks_even_the_right_password_out(member):
    fail(5)
    fail(1, password=PASSWORD)
    reasons = [reason for *_, reason in entries("accounts.sign_in.")]
    assert reasons == ["password"] * 5 + ["locked_or_inactive"]


def test_four_failures_and_a_success_begin_the_count_again(member):
    for _ in range(3):
        fail(4)
        assert sign_in_with_password("yamada", PASSWORD) == member


def test_the_lock_ends_after_fifteen_minutes_of_wall_time(member):
    fail(5)
    locked_until = Staff.objects.get().locked_until
    assert locked_until is not None
    assert timedelta(minutes=14, seconds=50) < locked_until - timezone.now() <= timedelta(minutes=15)
    Staff.objects.update(locked_until=timezone.now())
    assert sign_in_with_password("yamada", PASSWORD) == member
    assert Staff.objects.get().locked_until is None


def test_a_lock_does_not_grow_while_it_lasts(member):
    fail(5)
    before = Staff.objects.get().locked_until
    fail(3)
    assert Staff.objects.get().locked_until == before


def test_inactive_staff_are_refused(member):
    Staff.objects.update(is_active=False)
    fail(1, password=PASSWORD)
    assert entries("accounts.sign_in.")[0][3] == "locked_or_inactive"


def test_staff_without_a_password_are_refused_an_empty_one(db, make_staff):
    make_staff()
    fail(1, password="")


def test_attempts_made_at_once_do_not_exceed_the_limit(committed_db, make_staff, monkeypatch):
    """All attempts wait with their passwords in hand until each had its chance to be counted."""
    make_staff(password=PASSWORD)
    together, looked_at = threading.Barrier(8), []
    count = actions._count_attempt

    def count_then_wait(member):
        counted = count(member)
        together.wait()
        looked_at.append(counted)
        return counted

    def attempt():
        try:
            sign_in_with_password("yamada", "違う")
        except SignInRefused:
            pass
        finally:
            connection.close()

    monkeypatch.setattr(actions, "_count_attempt", count_then_wait)
    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(looked_at) == [False] * 3 + [True] * 5


# -- by ticket


def test_a_ticket_signs_in_once(member):
    token = issue_ticket(member, 10, actor=CLI)
    assert redeem_ticket(token) == member
    with pytest.raises(TicketRefused):
        redeem_ticket(token)
    assert entries("accounts.ticket.") == [
        ("accounts.ticket.issued", "system", member.pk, None),
        ("accounts.ticket.redeemed", "staff", member.pk, None),
        ("accounts.ticket.refused", "system", None, None),
    ]


def test_a_ticket_is_kept_as_its_hash_only(member):
    token = issue_ticket(member, 10, actor=CLI)
    kept = SignInTicket.objects.values().get()
    assert len(bytes(kept["token_hash"])) == 32
    assert token not in repr(kept)
    assert len(token) >= 43


def test_a_ticket_out_of_date_is_refused(member):
    token = issue_ticket(member, 10, actor=CLI)
    past = timezone.now() - timedelta(seconds=1)
    SignInTicket.objects.update(issued_at=past - timedelta(minutes=10), expires_at=past)
    with pytest.raises(TicketRefused):
        redeem_ticket(token)


def test_a_ticket_of_inactive_staff_is_refused(member):
    token = issue_ticket(member, 10, actor=CLI)
    Staff.objects.update(is_active=False)
    with pytest.raises(TicketRefused):
        redeem_ticket(token)


def test_a_made_up_ticket_is_refused(db):
    with pytest.raises(TicketRefused):
        redeem_ticket("made-up")


@pytest.mark.parametrize("minutes", [0, -1, 24 * 60 + 1])
def test_a_ticket_lives_between_a_minute_and_a_day(member, minutes):
    with pytest.raises(ValueError, match="minutes"):
        issue_ticket(member, minutes, actor=CLI)
    assert SignInTicket.objects.count() == 0


def test_only_an_administrator_issues_tickets(member):
    with pytest.raises(NotPermitted):
        issue_ticket(member, 10, actor=member.actor)


def test_of_two_redemptions_at_once_one_is_refused(committed_db, make_staff):
    token = issue_ticket(make_staff(), 10, actor=CLI)
    together, outcomes = threading.Barrier(2), []

    def redeem():
        together.wait()
        try:
            outcomes.append(redeem_ticket(token).login)
        except TicketRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=redeem) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "yamada"]
