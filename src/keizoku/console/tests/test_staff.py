"""設定→職員: asked for by the administrator, approved by somebody else, in the browser."""

from keizoku.accounts.models import Staff, StaffChange
from keizoku.console.tests.pages import do, go, words

SATO = {"login": "Sato", "display_name": "佐藤 次郎", "role": "approver", "reason": "発令 2026-11"}


def test_newcomer_is_asked_for_approved_and_let_in_by_the_approver(browser, staff):
    admin, approver = browser("administrator"), browser("approver")
    wrong = do(admin, "console-staff-new", **SATO | {"reason": ""})
    assert (wrong.status_code, "佐藤 次郎" in wrong.content.decode()) == (422, True)
    assert not Staff.objects.filter(login="sato").exists()
    assert do(admin, "console-staff-new", **SATO).status_code == 302
    number, sato = StaffChange.objects.get().pk, Staff.objects.get(login="sato")
    assert "この登録を承認する" not in words(go(admin, "console-staff"))
    assert "この登録を承認する" in words(go(approver, "console-staff"))
    assert do(admin, "console-staff-decide", number, verdict="approve").status_code == 403
    assert do(approver, "console-staff-decide", number).status_code == 404
    assert StaffChange.objects.get().state == "asked"
    assert do(approver, "console-staff-decide", number, verdict="approve").status_code == 302
    refused = do(admin, "console-staff-ticket", sato.pk)
    assert refused.status_code == 409
    shown = words(do(approver, "console-staff-ticket", sato.pk))
    assert "http://testserver/console/ticket/" in shown


def test_role_is_changed_by_two_and_taken_away_by_one(browser, staff):
    admin, reviewer = browser("administrator"), staff["reviewer"]
    change = {"change": "role", "role": "approver", "department": "", "reason": "発令"}
    assert do(admin, "console-staff-change", reviewer.pk, **change).status_code == 302
    again = do(admin, "console-staff-change", reviewer.pk, **change)
    assert (again.status_code, "もう承認を待っています" in words(again)) == (409, True)
    assert Staff.objects.get(pk=reviewer.pk).role == "reviewer"
    number = StaffChange.objects.get().pk
    assert do(admin, "console-staff-withdraw", number).status_code == 302
    assert do(browser("approver"), "console-staff-decide", number, verdict="approve").status_code == 409
    out = browser("reviewer")
    assert do(admin, "console-staff-change", reviewer.pk, change="?", reason="x").status_code == 404
    assert Staff.objects.get(pk=reviewer.pk).is_active
    assert do(admin, "console-staff-change", reviewer.pk, change="stop", reason="退職").status_code == 302
    assert go(out, "console-home").status_code == 302
    assert "再開を申請する" in words(go(admin, "console-staff-member", reviewer.pk))


def test_nobody_changes_his_own(browser, staff):
    admin = browser("administrator")
    assert "変更する" not in words(go(admin, "console-staff-member", staff["administrator"].pk))
    refused = do(
        admin, "console-staff-change", staff["administrator"].pk, change="role", role="approver", reason="x"
    )
    assert (refused.status_code, StaffChange.objects.count()) == (409, 0)
