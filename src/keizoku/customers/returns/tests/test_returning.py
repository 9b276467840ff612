"""What was decided goes back to the core system once, counted and hashed, and its answer is kept for every value."""

import csv
import hashlib
import io
import json
from datetime import date

import pytest

from keizoku.audit.models import Entry
from keizoku.customers import actions
from keizoku.customers.errors import ReturnRefused
from keizoku.customers.imports.importing import import_file
from keizoku.customers.imports.tests.test_importing import DAY, HANA, IMPORTER, TARO, write
from keizoku.customers.models import Customer, ReturnFile, ReturnRow
from keizoku.customers.returns import queries as return_queries
from keizoku.customers.returns import returning
from keizoku.kernel import files
from keizoku.kernel.actor import Actor

PERSON = Actor.staff(7)


@pytest.fixture
def decided(db, tmp_path):
    """Taro changed his phone and confirmed his address; Hana's record came from the core system alone."""
    import_file(write(tmp_path, TARO, HANA), as_of=DAY, actor=IMPORTER)
    taro = Customer.objects.get(fact__birth_year=1960).id
    actions.apply_changes(
        customer_id=taro,
        changes={"phone": "+818011112222", "name": "=山田 太郎"},
        confirmed={"address"},
        source="declared",
        as_of=date(2026, 11, 10),
        actor=PERSON,
    )
    return taro


def counts():
    return {stand.label: stand.count for stand in return_queries.stands()}


def answer(*rows):
    return "\r\n".join(["通番,結果,理由", *rows]).encode("cp932")


def test_file_holds_each_decided_value_once_with_its_count_and_digest(decided):
    assert counts()["未返却"] == 3

    file = returning.produce(actor=PERSON)
    content = returning.download(file.id, actor=PERSON)

    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [(row["顧客番号"], row["項目コード"], row["値"], row["区分"]) for row in rows] == [
        ("0000000001", "address", "東京都渋谷区渋谷1-2-3", "確認"),
        ("0000000001", "name", "'=山田 太郎", "変更"),
        ("0000000001", "phone", "08011112222", "変更"),
    ]
    told = json.loads(returning.manifest(file))
    assert (told["rows"], told["sha256"]) == (3, hashlib.sha256(content).hexdigest())
    assert counts() == {"未返却": 0, "返却済み・受領待ち": 3, "受領済み": 0, "勘定系が拒否": 0}


def test_file_is_downloaded_once_and_audited(decided):
    file = returning.produce(actor=PERSON)
    returning.download(file.id, actor=PERSON)

    with pytest.raises(ReturnRefused, match="もう受け取られています"):
        returning.download(file.id, actor=Actor.staff(8))
    assert Entry.objects.filter(action="customers.return.downloaded").count() == 1


def test_nothing_that_waits_is_no_file(decided):
    returning.produce(actor=PERSON)

    with pytest.raises(ReturnRefused, match="ありません"):
        returning.produce(actor=PERSON)
    assert ReturnFile.objects.count() == 1


def test_file_lies_encrypted(decided):
    file = returning.produce(actor=PERSON)

    assert "山田".encode() not in files._path(file.file).read_bytes()


def test_answer_of_the_core_system_is_kept_for_each_value(decided):
    file = returning.produce(actor=PERSON)

    assert returning.acknowledge(file.id, answer("1,受理,", "2,拒否,桁あふれ"), actor=PERSON) == (1, 1)

    assert counts() == {"未返却": 0, "返却済み・受領待ち": 1, "受領済み": 1, "勘定系が拒否": 1}
    (shown,) = return_queries.return_files()
    assert (shown.rows, shown.returned, shown.acknowledged, shown.refused) == (3, 1, 1, 1)
    assert ReturnRow.objects.get(state="refused").refusal == "桁あふれ"
    file.refresh_from_db()
    assert file.acknowledged_at is None
    returning.acknowledge(file.id, answer("1,受理,", "3,受理,"), actor=PERSON)
    file.refresh_from_db()
    assert file.acknowledged_at is not None


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["9,受理,"], "ない通番"),
        (["1,たぶん,"], "2行目"),
        (["1,受理,", "1,拒否,"], "3行目"),
        (["一,受理,"], "2行目"),
    ],
)
def test_answer_that_does_not_fit_is_refused_whole(decided, rows, words):
    file = returning.produce(actor=PERSON)

    with pytest.raises(ReturnRefused, match=words):
        returning.acknowledge(
            file.id, answer("2,受理,", *rows) if "ない" in words else answer(*rows), actor=PERSON
        )
    assert counts()["返却済み・受領待ち"] == 3


def test_contradicting_answer_is_refused(decided):
    file = returning.produce(actor=PERSON)
    returning.acknowledge(file.id, answer("1,受理,"), actor=PERSON)

    with pytest.raises(ReturnRefused, match="別の回答"):
        returning.acknowledge(file.id, answer("1,拒否,"), actor=PERSON)


def test_what_a_file_of_the_core_system_changed_does_not_go_back(decided, tmp_path):
    returning.produce(actor=PERSON)
    moved = HANA.replace("渋谷1-2-3", "渋谷9-9-9")
    import_file(write(tmp_path, moved), as_of=date(2026, 12, 1), actor=IMPORTER)

    assert counts()["未返却"] == 0
