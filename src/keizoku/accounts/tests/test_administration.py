"""Staff come, change, go and start anew by two people where rights grow, and at once where they shrink."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from keizoku.accounts import actions as accounts
from keizoku.accounts.administration import actions
from keizoku.accounts.administration.actions import Newcomer
from keizoku.accounts.administration.rules import TRANSITIONS, WAITS_FOR, State, grows
from keizoku.accounts.errors import NotPermitted, StaffChangeRefused, StaffRefused, TicketRefused
from keizoku.accounts.factors import actions as factors
from keizoku.accounts.factors import queries as held
from keizoku.accounts.models import AuthenticatorApp, SignInTicket, Staff, StaffChange
from keizoku.accounts.rules import ROLES
from keizoku.audit.queries import Criteria, search
from keizoku.kernel.actor import Actor

SATO = Newcomer("sato", "佐藤 次郎", "approver", "審査部")


@pytest.fixture
def people(db, make_staff):
    return {role: make_staff(role, role) for role in ROLES}


def fresh(member):
    return Staff.objects.get(pk=member.pk)


def test_newcomer_may_nothing_before_somebody_else_agrees(people):
    admin, approver = people["administrator"], people["approver"]
    number = actions.ask_to_join(SATO, "発令 2026-11", actor=admin.actor)
    sato = Staff.objects.get(login="sato")
    assert not sato.is_active
    with pytest.raises(NotPermitted):
        actions.decide(number, is_approved=True, actor=admin.actor)
    actions.decide(number, is_approved=True, actor=approver.actor)
    assert fresh(sato).is_active
    with pytest.raises(StaffChangeRefused, match="もう終わっています"):
        actions.decide(number, is_approved=False, actor=people["compliance"].actor)
    found = search(Criteria(action="accounts.staff.change_")).rows
    assert [row.action.rsplit("_", 1)[1] for row in found] == ["approved", "asked"]


def test_first_way_in_is_given_out_by_the_approver_and_not_by_who_asked(people):
    number = actions.ask_to_join(SATO, "発令", actor=people["administrator"].actor)
    actions.decide(number, is_approved=True, actor=people["approver"].actor)
    sato = Staff.objects.get(login="sato")
    with pytest.raises(NotPermitted):
        accounts.issue_ticket(sato, 60, actor=people["administrator"].actor)
    assert accounts.issue_ticket(sato, 60, actor=people["approver"].actor)
    AuthenticatorApp.objects.create(
        key="00000000-0000-0000-0000-000000000001",
        staff=sato,
        secret=b"",
        made_at=timezone.now(),
        proved_at=timezone.now(),
    )
    assert accounts.issue_ticket(sato, 60, actor=people["administrator"].actor)


def test_administrator_gives_himself_no_right_and_nobody_agrees_to_his_own(people):
    admin, reviewer = people["administrator"], people["reviewer"]
    with pytest.raises(StaffChangeRefused, match="自分についての変更"):
        actions.change_role(admin.pk, "approver", "", "発令", actor=admin.actor)
    number = actions.change_role(people["approver"].pk, "compliance", "", "発令", actor=admin.actor)
    with pytest.raises(StaffChangeRefused, match="承認できません"):
        actions.decide(number, is_approved=True, actor=people["approver"].actor)
    with pytest.raises(NotPermitted):
        actions.change_role(reviewer.pk, "approver", "", "発令", actor=people["approver"].actor)
    assert fresh(people["approver"]).role == "approver"
    assert fresh(admin).role == "administrator"


def test_database_refuses_one_person_whatever_the_code_says(people):
    admin = people["administrator"]
    number = actions.change_role(people["reviewer"].pk, "approver", "", "発令", actor=admin.actor)
    row = StaffChange.objects.filter(pk=number)
    for changes in (
        {"state": "done", "decided_by": admin},
        {"state": "done", "decided_by": people["reviewer"]},
        {"state": "done"},
        {"role": "compliance"},
        {"asked_by": people["approver"]},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            row.update(**changes)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffChange.objects.create(
            change="role", staff=admin, role="approver", asked_by=admin, asked_at=timezone.now()
        )
    assert row.get().state == "asked"


def test_right_that_grows_ends_the_sessions_of_before(people):
    admin, reviewer = people["administrator"], people["reviewer"]
    before = reviewer.get_session_auth_hash()
    number = actions.change_role(reviewer.pk, "approver", "本店", "発令", actor=admin.actor)
    assert fresh(reviewer).role == "reviewer"
    with pytest.raises(StaffChangeRefused, match="もう承認を待っています"):
        actions.ask_to_reset(reviewer.pk, "紛失", actor=admin.actor)
    actions.decide(number, is_approved=True, actor=people["compliance"].actor)
    assert (fresh(reviewer).role, fresh(reviewer).department) == ("approver", "本店")
    assert fresh(reviewer).get_session_auth_hash() != before


@pytest.mark.parametrize("role", ROLES)
def test_every_other_role_holds_something_more(role):
    assert all(grows(role, other) for other in ROLES if other != role and not ROLES[other] <= ROLES[role])
    assert not grows(role, role)


def test_who_is_deactivated_is_out_at_once(people):
    admin, operator = people["administrator"], people["operator"]
    token = accounts.issue_ticket(operator, 60, actor=people["approver"].actor)
    with pytest.raises(StaffChangeRefused, match="自分についての変更"):
        actions.deactivate(admin.pk, "退職", actor=admin.actor)
    with pytest.raises(StaffChangeRefused, match="理由"):
        actions.deactivate(operator.pk, " ", actor=admin.actor)
    actions.deactivate(operator.pk, "退職", actor=admin.actor)
    with pytest.raises(TicketRefused):
        accounts.redeem_ticket(token)
    with pytest.raises(StaffRefused, match="停止中"):
        accounts.issue_ticket(operator, 60, actor=people["approver"].actor)
    assert SignInTicket.objects.count() == 0
    number = actions.ask_to_return(operator.pk, "再雇用", actor=admin.actor)
    assert not fresh(operator).is_active
    actions.decide(number, is_approved=True, actor=people["compliance"].actor)
    assert fresh(operator).is_active


def test_lost_device_is_forgotten_by_two_people_with_everything_that_was_held(people):
    admin, operator = people["administrator"], people["operator"]
    factors.issue_recovery_codes(operator)
    token = accounts.issue_ticket(operator, 60, actor=people["approver"].actor)
    Staff.objects.filter(pk=operator.pk).update(failed_factors=4, factors_locked_until=timezone.now())
    number = actions.ask_to_reset(operator.pk, "会って確認", actor=admin.actor)
    assert held.recovery_codes_left(operator) == 10
    actions.decide(number, is_approved=True, actor=people["approver"].actor)
    assert held.recovery_codes_left(operator) == 0
    assert (fresh(operator).failed_factors, fresh(operator).factors_locked_until) == (0, None)
    with pytest.raises(TicketRefused):  # it was half of a way in, and would have become the whole
        accounts.redeem_ticket(token)


def test_requests_that_end_with_a_deactivation_are_counted_in_its_entry(people):
    admin, operator = people["administrator"], people["operator"]
    actions.ask_to_reset(operator.pk, "会って確認", actor=admin.actor)
    actions.deactivate(operator.pk, "退職", actor=admin.actor)
    (entry,) = search(Criteria(action="accounts.staff.deactivated")).rows
    assert entry.details == {"sessions": 0, "lapsed": 1}


def test_unanswered_request_lapses_after_a_week_and_every_state_has_an_end(people, monkeypatch):
    number = actions.ask_to_join(SATO, "発令", actor=people["administrator"].actor)
    assert actions.lapse() == 0
    later = timezone.now() + WAITS_FOR + timedelta(seconds=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert actions.lapse() == 1
    assert StaffChange.objects.get(pk=number).state == "lapsed"
    assert {state for state in State if TRANSITIONS[state]} == {State.ASKED}


def test_taken_login_is_refused_and_nothing_is_asked(people):
    with pytest.raises(StaffRefused, match="すでに使われています"):
        actions.ask_to_join(
            Newcomer("reviewer", "佐藤", "approver"), "発令", actor=people["administrator"].actor
        )
    assert not StaffChange.objects.exists()


def test_last_administrator_stays_whoever_asks_and_whatever_was_agreed_before(people, make_staff):
    first = people["administrator"]
    second = make_staff("administrator", "second")
    # Asked for while there were two; by the time it is approved, only one is left.
    number = actions.change_role(first.pk, "reviewer", "", "発令", actor=second.actor)
    actions.deactivate(second.pk, "退職", actor=first.actor)
    with pytest.raises(StaffChangeRefused, match="最後のシステム管理者"):
        actions.decide(number, is_approved=True, actor=people["approver"].actor)
    with pytest.raises(StaffChangeRefused, match="最後のシステム管理者"):
        actions.deactivate(first.pk, "退職", actor=Actor.system("test"))
    assert (fresh(first).role, fresh(first).is_active) == ("administrator", True)
    assert StaffChange.objects.get(pk=number).state == "asked"
    for changes in ({"is_active": False}, {"role": "reviewer"}):
        with pytest.raises(DatabaseError, match="last active administrator"), transaction.atomic():
            Staff.objects.filter(role="administrator").update(**changes)
    back = actions.ask_to_return(second.pk, "再雇用", actor=first.actor)
    actions.decide(back, is_approved=True, actor=people["approver"].actor)
    actions.decide(number, is_approved=True, actor=people["approver"].actor)
    assert fresh(first).role == "reviewer"


def test_two_administrators_who_go_at_once_leave_one(committed_db, make_staff):
    both = [make_staff("administrator", "a"), make_staff("administrator", "b")]
    together, outcomes = threading.Barrier(2), []

    def go(member):
        together.wait()
        try:
            with transaction.atomic():
                outcomes.append(Staff.objects.filter(pk=member.pk).update(is_active=False))
        except DatabaseError:
            outcomes.append(0)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(member,)) for member in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [0, 1]
    assert Staff.objects.filter(is_active=True).count() == 1
