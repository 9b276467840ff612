"""Between a decision and the core system's yes nothing is forgotten: a file is lost, a value refused, and both go again."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from keizoku.audit.models import Entry
from keizoku.customers.errors import ReturnRefused
from keizoku.customers.models import ReturnReissue, ReturnRow
from keizoku.customers.returns import answering, queries, reissuing, returning
from keizoku.customers.returns.rules import LONGEST_REISSUE, Cause, Remedy
from keizoku.customers.returns.tests.test_returning import (
    NOTHING,
    PERSON,
    answer,
    counts,
    decide,
    decided,
    read,
    received,
)
from keizoku.kernel import files
from keizoku.kernel.actor import Actor

__all__ = ["decided"]
OTHER = Actor.staff(8)


def lost(file_id):
    """Ask for a file that was received once."""
    received(file_id)
    return reissuing.ask(file_id, Cause.LOST, actor=PERSON)


def test_values_are_followed_from_the_decision_to_the_last_yes(decided):
    assert counts() == NOTHING | {"未返却": 3}

    first = returning.produce(actor=PERSON)
    content = received(first.id)
    reissue = reissuing.ask(first.id, Cause.LOST, actor=PERSON)
    reissuing.confirm(reissue, rows=3, actor=OTHER)
    assert received(first.id, OTHER) == content
    assert counts() == NOTHING | {"返却済み・受領待ち": 3}

    answering.acknowledge(first.id, answer("1,受理,", "2,拒否,桁あふれ"), actor=PERSON)
    assert counts() == NOTHING | {"返却済み・受領待ち": 1, "受領済み": 1, "勘定系が拒否": 1}

    assert answering.settle(queries.refused_ids(first.id), Remedy.CORE_MENDED, actor=PERSON) == (1, 0)
    assert counts() == NOTHING | {"返却済み・受領待ち": 1, "受領済み": 1, "再返却待ち": 1}

    second = returning.produce(actor=PERSON)
    (row,) = read(received(second.id))
    assert (row["通番"], row["項目コード"], row["値"]) == ("1", "name", "'=山田 太郎")
    assert counts() == NOTHING | {"返却済み・受領待ち": 2, "受領済み": 1}

    answering.acknowledge(first.id, answer("3,受理,", "2,拒否,桁あふれ"), actor=PERSON)
    answering.acknowledge(second.id, answer("1,受理,"), actor=PERSON)
    assert counts() == NOTHING | {"受領済み": 3}
    assert not queries.refusals()
    for file in (first, second):
        file.refresh_from_db()
        assert file.acknowledged_at is not None


def test_nobody_confirms_a_reissue_alone_or_with_another_number(decided):
    file = returning.produce(actor=PERSON)
    reissue = lost(file.id)

    with pytest.raises(ReturnRefused, match="自分では"):
        reissuing.confirm(reissue, rows=3, actor=PERSON)
    with pytest.raises(ReturnRefused, match="件数"):
        reissuing.confirm(reissue, rows=4, actor=OTHER)
    with pytest.raises(ReturnRefused, match="もう受け取られて"):
        returning.download(file.id, actor=OTHER)
    assert ReturnReissue.objects.get().state == "asked"


def test_database_itself_refuses_one_pair_of_eyes(decided):
    reissue = lost(returning.produce(actor=PERSON).id)

    for changes in ({"confirmed_by": "staff:7"}, {"state": "confirmed"}, {"asked_by": "staff:9"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReturnReissue.objects.filter(id=reissue).update(**changes)


def test_reissue_serves_one_download_and_each_is_audited(decided):
    file = returning.produce(actor=PERSON)
    reissuing.confirm(lost(file.id), rows=3, actor=OTHER)
    received(file.id)

    with pytest.raises(ReturnRefused):
        returning.download(file.id, actor=PERSON)
    assert list(
        Entry.objects.filter(action__startswith="customers.return.re")
        .order_by("id")
        .values_list("action", "actor_id")
    ) == [
        ("customers.return.reissue_requested", "7"),
        ("customers.return.reissue_confirmed", "8"),
        ("customers.return.reissued", "7"),
    ]


def test_file_is_asked_for_once_at_a_time_and_only_when_it_is_away(decided):
    file = returning.produce(actor=PERSON)
    with pytest.raises(ReturnRefused, match="まだ受け取られて"):
        reissuing.ask(file.id, Cause.LOST, actor=PERSON)
    reissue = lost(file.id)
    with pytest.raises(ReturnRefused, match="もう頼まれて"):
        reissuing.ask(file.id, Cause.DAMAGED, actor=OTHER)

    reissuing.withdraw(reissue, actor=OTHER)
    assert reissuing.ask(file.id, Cause.DAMAGED, actor=OTHER) > reissue


def test_altered_file_is_not_issued_again(decided):
    file = returning.produce(actor=PERSON)
    reissuing.confirm(lost(file.id), rows=3, actor=OTHER)
    path = files._path(file.file)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)

    with pytest.raises(ReturnRefused, match="内容と違います"):
        returning.download(file.id, actor=OTHER)
    assert ReturnReissue.objects.get().state == "confirmed"


def test_stored_file_goes_with_the_last_answer(decided, django_capture_on_commit_callbacks):
    file = returning.produce(actor=PERSON)
    reissue = lost(file.id)

    with django_capture_on_commit_callbacks(execute=True):
        answering.acknowledge(file.id, answer("1,受理,", "2,受理,", "3,受理,"), actor=PERSON)

    assert not files._path(file.file).exists()
    assert ReturnReissue.objects.get(id=reissue).state == "withdrawn"
    with pytest.raises(ReturnRefused, match="すべての値"):
        reissuing.ask(file.id, Cause.LOST, actor=PERSON)


def test_no_reissue_waits_for_ever(decided):
    for state, longest in LONGEST_REISSUE.items():
        file = returning.produce(actor=PERSON)
        reissue = lost(file.id)
        if state == "confirmed":
            reissuing.confirm(reissue, rows=file.rows, actor=OTHER)
        assert reissuing.sweep() == 0
        ReturnReissue.objects.filter(id=reissue).delete()
        ReturnReissue.objects.create(
            file=file,
            cause="lost",
            state=state,
            asked_by="staff:7",
            confirmed_by="staff:8",
            asked_at=timezone.now() - longest * 2,
        )
        assert reissuing.sweep() == 1
        decide(decided, {"phone": f"+8180{file.id:08d}"})


def test_refused_value_that_was_decided_anew_does_not_go_over_the_newer_one(decided):
    file = returning.produce(actor=PERSON)
    answering.acknowledge(file.id, answer("3,拒否,桁あふれ"), actor=PERSON)
    decide(decided, {"phone": "+818077778888"})

    assert answering.settle(queries.refused_ids(file.id), Remedy.VALUE_CONFIRMED, actor=PERSON) == (0, 1)

    (row,) = read(received(returning.produce(actor=PERSON).id))
    assert row["値"] == "08077778888"
    assert counts()["新しい値に替わった"] == 1


def test_only_refused_values_go_again(decided):
    file = returning.produce(actor=PERSON)
    answering.acknowledge(file.id, answer("1,拒否,桁あふれ", "2,受理,"), actor=PERSON)
    everything = list(ReturnRow.objects.values_list("id", flat=True))

    for wrong in (everything, [], [0]):
        with pytest.raises(ReturnRefused):
            answering.settle(wrong, Remedy.CORE_MENDED, actor=PERSON)
    assert counts()["勘定系が拒否"] == 1


def test_refusals_are_shown_by_file_and_reason(decided):
    file = returning.produce(actor=PERSON)
    answering.acknowledge(file.id, answer("1,拒否,桁あふれ", "2,拒否,桁あふれ", "3,拒否,形式"), actor=PERSON)

    assert [(each.reason, each.count, [row.line for row in each.rows]) for each in queries.refusals()] == [
        ("形式", 1, [3]),
        ("桁あふれ", 2, [1, 2]),
    ]
    assert queries.refused_ids(file.id, "桁あふれ") == [row.id for row in queries.refusals()[1].rows]
