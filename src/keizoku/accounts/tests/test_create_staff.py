from importlib import import_module

import pytest
from django.conf import global_settings

from keizoku.accounts import queries
from keizoku.accounts.actions import create_staff
from keizoku.accounts.errors import NotPermitted, StaffRefused
from keizoku.accounts.models import Staff
from keizoku.audit.queries import Criteria, search
from keizoku.kernel.actor import Actor


def test_new_staff_are_registered_and_recorded(db, make_staff):
    member = make_staff("reviewer", department="審査部", password="正しい馬の電池とホチキス")
    row = queries.by_login("yamada")
    assert row == queries.staff()[0]
    assert (row.id, row.display_name, row.role, row.role_name) == (
        member.pk,
        "山田 花子",
        "reviewer",
        "審査担当",
    )
    assert (row.department, row.is_active, row.last_sign_in) == ("審査部", True, None)
    (entry,) = search(Criteria(action="accounts.staff.created")).rows
    assert (entry.subject_id, entry.details) == (member.pk, {"role": "reviewer"})
    assert (entry.actor_kind, entry.actor_id) == ("system", "installation")


def test_the_password_is_kept_as_a_hash(db, make_staff):
    member = make_staff(password="正しい馬の電池とホチキス")
    assert "馬" not in member.password
    assert member.check_password("正しい馬の電池とホチキス")


def test_installation_hashes_a_password_at_the_cost_that_owasp_asks(db, make_staff, settings):
    """Tests hash quickly (``hashers.Quick``); the settings name nothing of the kind, so Django's first hasher counts."""
    assert not hasattr(import_module(settings.SETTINGS_MODULE), "PASSWORD_HASHERS")
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    member = make_staff(password="正しい馬の電池とホチキス")
    algorithm, iterations, *_ = member.password.split("$")
    assert algorithm == "pbkdf2_sha256"
    assert int(iterations) >= 600_000
    assert member.check_password("正しい馬の電池とホチキス")


def test_staff_without_a_password_have_none_that_matches(db, make_staff):
    assert not make_staff().has_usable_password()


@pytest.mark.parametrize(
    "wrong",
    [
        {"login": "Yamada"},
        {"role": "director"},
        {"display_name": " "},
        {"password": "short"},
        {"password": "password1234"},
    ],
)
def test_unacceptable_particulars_are_refused_and_nobody_is_registered(db, wrong):
    particulars = {"login": "yamada", "display_name": "山田 花子", "role": "operator"} | wrong
    with pytest.raises(StaffRefused) as refused:
        create_staff(actor=Actor.system("installation"), **particulars)
    assert refused.value.remedy
    assert Staff.objects.count() == 0
    assert search(Criteria()).rows == []


def test_a_login_is_given_once(db, make_staff):
    make_staff()
    with pytest.raises(StaffRefused, match="すでに使われています"):
        make_staff("approver")
    assert Staff.objects.get().role == "operator"


def test_nobody_registers_staff_alone(db, make_staff):
    for role in ("administrator", "operator"):
        with pytest.raises(NotPermitted, match="ほかの人の承認") as refused:
            create_staff(
                actor=make_staff(role, role).actor, login="sato", display_name="佐藤 次郎", role="auditor"
            )
        assert refused.value.remedy == "「職員」で登録を申請してください。"
    assert not Staff.objects.filter(login="sato").exists()


def test_a_customer_registers_nobody(db):
    with pytest.raises(NotPermitted):
        create_staff(actor=Actor.customer(1), login="sato", display_name="佐藤 次郎", role="auditor")


def test_names_are_found_by_id(db, make_staff):
    member = make_staff()
    assert queries.display_names([member.pk, member.pk + 1]) == {member.pk: "山田 花子"}
