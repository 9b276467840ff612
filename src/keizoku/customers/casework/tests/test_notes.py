"""Notes: encrypted, only added, corrected by new ones; confidential ones are for compliance alone and leave no trace."""

import pytest
from django.db import DatabaseError, connection, transaction

from keizoku.accounts.errors import NotPermitted
from keizoku.accounts.models import Staff
from keizoku.audit.actions import grant_read
from keizoku.audit.models import Entry
from keizoku.customers.casework.actions import write_note
from keizoku.customers.casework.queries import notes_of
from keizoku.customers.errors import NoteRefused
from keizoku.customers.models import Note


@pytest.fixture
def staff(db):
    return {
        role: Staff.objects.create(login=role, display_name=role, role=role).actor
        for role in ("operator", "reviewer", "compliance", "approver", "auditor", "administrator")
    }


@pytest.fixture
def one(make_customers, staff):
    return make_customers(1)[0]


def seen_by(actor, customer, *, with_confidential=False):
    grant = grant_read(actor=actor, purpose="審査のため", subjects=[customer])
    return [note.text for note in notes_of(customer, grant, with_confidential=with_confidential)]


def test_note_lies_encrypted_and_is_never_changed(one, staff):
    write_note(one, "来店。長男と同伴。", actor=staff["operator"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(t)::text FROM customers_note t")
        raw = "".join(row for (row,) in cursor.fetchall())
    assert "長男" not in raw
    assert "長男".encode().hex() not in raw
    with pytest.raises(DatabaseError), transaction.atomic():
        Note.objects.update(written_by="staff:0")
    assert seen_by(staff["reviewer"], one) == ["来店。長男と同伴。"]


def test_correction_is_a_new_note_beside_the_old_one(one, staff):
    first = write_note(one, "6月に来店", actor=staff["reviewer"])
    second = write_note(one, "7月に来店", actor=staff["reviewer"], corrects=first)
    grant = grant_read(actor=staff["reviewer"], purpose="審査のため", subjects=[one])
    newest, oldest = notes_of(one, grant, with_confidential=False)
    assert (newest.key, newest.corrects, oldest.corrected_by) == (second, first, second)


def test_confidential_note_is_for_compliance_alone(one, staff):
    write_note(one, "警察から照会", actor=staff["compliance"], is_confidential=True)
    write_note(one, "来店", actor=staff["reviewer"])
    assert seen_by(staff["reviewer"], one) == ["来店"]
    assert seen_by(staff["compliance"], one, with_confidential=True) == ["来店", "警察から照会"]
    with pytest.raises(NotPermitted):
        write_note(one, "秘密", actor=staff["reviewer"], is_confidential=True)
    assert Note.objects.count() == 2


def test_correction_of_a_confidential_note_stays_confidential(one, staff):
    first = write_note(one, "警察から照会", actor=staff["compliance"], is_confidential=True)
    write_note(one, "検察から照会", actor=staff["compliance"], corrects=first)
    assert seen_by(staff["reviewer"], one) == []


def test_confidential_note_is_as_if_it_were_not_there_for_others(one, staff):
    first = write_note(one, "警察から照会", actor=staff["compliance"], is_confidential=True)
    with pytest.raises(NoteRefused, match="訂正するメモがありません"), transaction.atomic():
        write_note(one, "?", actor=staff["reviewer"], corrects=first)
    assert Note.objects.count() == 1


def test_entries_and_columns_do_not_tell_which_note_is_confidential(one, staff):
    write_note(one, "あいうえお", actor=staff["compliance"], is_confidential=True)
    write_note(one, "あいうえお", actor=staff["compliance"])
    entries = Entry.objects.filter(action="customers.note.written").order_by("id")
    assert [(e.subject_id, e.purpose, e.details) for e in entries] == [(one, "", {})] * 2
    confidential, ordinary = Note.objects.order_by("id").values()
    hidden = {"id", "key", "payload", "written_at"}
    assert {k: v for k, v in confidential.items() if k not in hidden} == {
        k: v for k, v in ordinary.items() if k not in hidden
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "入力してください"), ("あ" * 2001, "2000文字まで"), ("番号は 1234-5678-9018 とのこと", "個人番号")],
)
def test_note_that_may_not_be_kept_is_refused_without_quoting_it(one, staff, text, words):
    with pytest.raises(NoteRefused, match=words) as refused:
        write_note(one, text, actor=staff["reviewer"])
    assert "5678" not in str(refused.value)
    assert Note.objects.count() == 0


@pytest.mark.parametrize("role", ["approver", "auditor", "administrator"])
def test_roles_without_the_right_write_nothing(one, staff, role):
    with pytest.raises(NotPermitted):
        write_note(one, "来店", actor=staff[role])
    assert Note.objects.count() == 0
