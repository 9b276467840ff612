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
from keizoku.customers.returns import answering, returning
from keizoku.customers.returns import queries as return_queries
from keizoku.kernel import files
from keizoku.kernel.actor import Actor

PERSON = Actor.staff(7)
NOTHING = dict.fromkeys(
    ("未返却", "返却済み・受領待ち", "受領済み", "勘定系が拒否", "再返却待ち", "新しい値に替わった"), 0
)


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


def received(file_id, actor=PERSON):
    return b"".join(returning.download(file_id, actor=actor))


def read(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def answer(*rows):
    return "\r\n".join(["通番,結果,理由", *rows]).encode("cp932")


def test_file_holds_each_decided_value_once_with_its_count_and_digest(decided):
    assert counts()["未返却"] == 3

    file = returning.produce(actor=PERSON)
    content = received(file.id)

    rows = read(content)
    assert [(row["顧客番号"], row["項目コード"], row["値"], row["区分"]) for row in rows] == [
        ("0000000001", "address", "東京都渋谷区渋谷1-2-3", "確認"),
        ("0000000001", "name", "'=山田 太郎", "変更"),
        ("0000000001", "phone", "08011112222", "変更"),
    ]
    told = json.loads(returning.manifest(file))
    assert (told["rows"], told["sha256"]) == (3, hashlib.sha256(content).hexdigest())
    assert counts() == NOTHING | {"返却済み・受領待ち": 3}


def test_file_is_downloaded_once_and_audited(decided):
    file = returning.produce(actor=PERSON)
    received(file.id)

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

    assert answering.acknowledge(file.id, answer("1,受理,", "2,拒否,桁あふれ"), actor=PERSON) == (1, 1)

    assert counts() == NOTHING | {"返却済み・受領待ち": 1, "受領済み": 1, "勘定系が拒否": 1}
    (shown,) = return_queries.return_files()
    assert (shown.rows, shown.returned, shown.acknowledged, shown.refused) == (3, 1, 1, 1)
    assert ReturnRow.objects.get(state="refused").refusal == "桁あふれ"
    file.refresh_from_db()
    assert file.acknowledged_at is None
    answering.acknowledge(file.id, answer("1,受理,", "3,受理,"), actor=PERSON)
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
        answering.acknowledge(
            file.id, answer("2,受理,", *rows) if "ない" in words else answer(*rows), actor=PERSON
        )
    assert counts()["返却済み・受領待ち"] == 3


def test_contradicting_answer_is_refused(decided):
    file = returning.produce(actor=PERSON)
    answering.acknowledge(file.id, answer("1,受理,"), actor=PERSON)

    with pytest.raises(ReturnRefused, match="別の回答"):
        answering.acknowledge(file.id, answer("1,拒否,"), actor=PERSON)


def test_what_a_file_of_the_core_system_changed_does_not_go_back(decided, tmp_path):
    returning.produce(actor=PERSON)
    moved = HANA.replace("渋谷1-2-3", "渋谷9-9-9")
    import_file(write(tmp_path, moved), as_of=date(2026, 12, 1), actor=IMPORTER)

    assert counts()["未返却"] == 0


def test_fact_goes_back_as_it_was_decided_not_as_it_is_today(decided):
    for occupation in ("pensioner", "part_time"):
        decide(decided, {"occupation": occupation})

    rows = [row for row in read(received(returning.produce(actor=PERSON).id)) if row["項目"] == "職業"]

    assert [(row["項目コード"], row["値"], row["区分"]) for row in rows] == [
        ("occupation", "pensioner", "変更"),
        ("occupation", "part_time", "変更"),
    ]


def test_fact_that_was_only_confirmed_says_so(decided):
    decide(decided, {}, confirmed={"purpose"})

    (row,) = [
        row for row in read(received(returning.produce(actor=PERSON).id)) if row["項目コード"] == "purpose"
    ]

    assert (row["値"], row["区分"]) == ("salary", "確認")


def test_second_change_by_the_same_person_on_the_same_day_goes_back_too(decided):
    decide(decided, {"phone": "+818033334444"})
    decide(decided, {"phone": "+818055556666"})

    rows = [row for row in read(received(returning.produce(actor=PERSON).id)) if row["項目コード"] == "phone"]

    assert [row["値"] for row in rows] == ["08011112222", "08033334444", "08055556666"]


def test_file_of_many_values_costs_no_query_a_value(decided, django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr(returning.rows, "AT_ONCE", 50)
    for n in range(100):
        decide(decided, {"phone": f"+8180{n:08d}", "occupation": ("pensioner", "part_time")[n % 2]})

    with django_assert_max_num_queries(45):
        file = returning.produce(actor=PERSON)

    assert file.rows == 203
    rows = read(received(file.id))
    assert [row["値"] for row in rows if row["項目コード"] == "phone"][1:] == [
        f"080{n:08d}" for n in range(100)
    ]


def decide(customer_id, changes, confirmed=()):
    return actions.apply_changes(
        customer_id=customer_id,
        changes=changes,
        confirmed=set(confirmed),
        source="declared",
        as_of=date(2026, 11, 10),
        actor=PERSON,
    )
