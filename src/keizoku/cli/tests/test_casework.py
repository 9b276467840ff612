"""``keizoku relation``, ``consent``, ``task`` and ``note``: what they print holds no personal data but what was asked."""

import pytest
from click.testing import CliRunner

from keizoku.accounts.models import Staff
from keizoku.cli import casework, consents, process, relations
from keizoku.customers.models import Note, Relation, Task
from keizoku.kernel.clock import business_today


@pytest.fixture
def run(db, monkeypatch):
    monkeypatch.setattr(process, "start_django", lambda: None)
    Staff.objects.create(login="kon", display_name="今", role="reviewer")

    def call(command, *arguments, typed=""):
        return CliRunner().invoke(command, [str(each) for each in arguments], input=typed)

    return call


def test_file_of_relations_is_imported_and_listed_without_names(run, make_customers, tmp_path):
    one, other = make_customers(2)
    path = tmp_path / "relations.csv"
    rows = ["0000000001,成年後見人,,鈴木 花子", "0000000001,世帯,0000000002,", "1,世帯,0000000002,"]
    path.write_text("\n".join(["顧客番号,関係,相手顧客番号,氏名", *rows]), "utf-8")
    told = run(relations.command, "import", path)
    assert told.exit_code == 0, told.output
    assert "新規 2、変更 0、変更なし 0、取り込めない行 1" in told.output
    assert "4行目 顧客番号: 顧客番号が10桁の数字ではありません" in told.output
    listed = run(relations.command, "list", one).output
    assert f"世帯: No. {other}" in listed
    assert "成年後見人: お客さまではない方" in listed
    assert "鈴木" not in listed + told.output
    assert Relation.objects.count() == 2


def test_consent_is_recorded_by_a_member_of_staff_and_listed(run, make_customers):
    (one,) = make_customers(1)
    day = business_today().isoformat()
    given = run(
        consents.command,
        *("record", one, "line_contact", "withdrawn", "--on", day, "--evidence", "窓口", "--by", "kon"),
    )
    assert given.exit_code == 0, given.output
    assert "line_contact LINEでの連絡: 撤回" in run(consents.command, "list", one).output
    nobody = run(
        consents.command,
        *("record", one, "line_contact", "given", "--on", day, "--evidence", "窓口", "--by", "nobody"),
    )
    assert (nobody.exit_code, "nobody is registered as nobody" in nobody.output) == (1, True)


def test_task_is_opened_listed_and_done(run, make_customers):
    day = business_today().isoformat()
    opened = run(
        casework.task_command,
        *("open", "check", "--words", "書類を探す", "--role", "reviewer", "--due", day, "--by", "kon"),
    )
    assert opened.exit_code == 0, opened.output
    task = Task.objects.get().id
    assert run(casework.task_command, "list").output == f"{task}: {day} 調べもの（審査担当）\n"
    assert run(casework.task_command, "list", "--overdue").output == ""
    assert run(casework.task_command, "done", task, "--by", "kon").exit_code == 0
    again = run(casework.task_command, "done", task, "--by", "kon")
    assert (again.exit_code, "もう終わっています" in again.output) == (1, True)


def test_note_is_read_from_standard_input(run, make_customers):
    (one,) = make_customers(1)
    assert run(casework.note_command, "add", one, "--by", "kon", typed="来店\n").exit_code == 0
    refused = run(casework.note_command, "add", one, "--by", "kon", "--confidential", typed="秘密")
    assert refused.exit_code == 1
    assert Note.objects.count() == 1
