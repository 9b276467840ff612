"""A bank's file of relations: taken whole, row by row judged, harmless when repeated."""

from datetime import date, timedelta

import pytest
from django.db import connection

from keizoku.audit.models import Entry
from keizoku.customers.errors import FileRefused
from keizoku.customers.models import Relation, RelationFact, RelationImport, RelationRejection
from keizoku.customers.relations import importing, queries
from keizoku.customers.relations.actions import end_relation, state_relation
from keizoku.customers.relations.rules import Kind, Source, Terms
from keizoku.kernel.actor import Actor

DAY = date(2026, 11, 20)
TODAY = date(2026, 11, 22)
SYSTEM = Actor.system("test")
HEADER = "顧客番号,関係,相手顧客番号,氏名,氏名カナ,生年月日,住所,持分割合,基準日"
# Customers 1 and 2 are people, 3 is a corporation.
GOOD = [
    "0000000003,代表者,0000000001,,,,,,2026-11-01",
    "0000000003,実質的支配者,0000000002,,,,,50.01,2026-11-01",
    "0000000003,代理人・取引担当者,,鈴木 花子,ｽｽﾞｷ ﾊﾅｺ,S45.5.6,大阪府大阪市北区梅田9-8-7,,",
    "0000000001,世帯,0000000002,,,,,,",
]


@pytest.fixture
def customers(db, make_customers):
    people = make_customers(2)
    company = make_customers(1, 区分="法人", 氏名="山田商事株式会社", 氏名カナ="ﾔﾏﾀﾞｼﾖｳｼﾞ", 職業="")
    return [*people, *company]


@pytest.fixture
def take(customers, tmp_path):
    def run(*rows, header=HEADER, encoding="utf-8", as_of=DAY):
        path = tmp_path / "relations.csv"
        path.write_text("\r\n".join([header, *rows]), encoding=encoding)
        return importing.import_relations(path, as_of=as_of, actor=SYSTEM, today=TODAY)

    return run


def counts(run):
    return (run.rows_read, run.created_count, run.changed_count, run.unchanged_count, run.rejected_count)


def rejected():
    return list(RelationRejection.objects.order_by("id").values_list("line", "column", "code"))


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_good_rows_become_relations_of_the_core_system_that_nobody_confirmed(take, customers, encoding):
    run = take(*GOOD, encoding=encoding)

    assert counts(run) == (4, 4, 0, 0, 0)
    rows = {row.kind: row for row in queries.relations_of(customers[2], TODAY)}
    assert rows[Kind.REPRESENTATIVE].other_id == customers[0]
    assert rows[Kind.BENEFICIAL_OWNER].terms == "直接 50.01%"
    assert (rows[Kind.AGENT].other_id, rows[Kind.AGENT].as_of) == (None, DAY)
    assert {(row.source, row.confirmed_by) for row in rows.values()} == {("勘定系", "")}
    entry = Entry.objects.filter(action="customers.related_parties.imported").get()
    assert (entry.details["created"], entry.details["rejected"]) == (4, 0)


def test_the_same_file_again_changes_nothing_not_even_on_a_later_day(take):
    take(*GOOD)
    before = list(RelationFact.objects.values_list("id", flat=True))

    assert counts(take(*GOOD)) == (4, 0, 0, 4, 0)
    assert counts(take(*GOOD, as_of=TODAY)) == (4, 0, 0, 4, 0)
    assert list(RelationFact.objects.values_list("id", flat=True)) == before


def test_a_later_file_changes_a_share_as_a_new_fact(take):
    take(*GOOD)
    changed = take("0000000003,実質的支配者,0000000002,,,,,60,2026-11-15")

    assert counts(changed) == (1, 0, 1, 0, 0)
    shares = RelationFact.objects.filter(relation__kind="beneficial_owner").order_by("number")
    assert list(shares.values_list("number", "change", "share")) == [
        (1, "stated", 5001),
        (2, "changed", 6000),
    ]


def test_every_bad_row_is_named_by_line_column_and_reason_and_the_others_are_taken(take):
    run = take(
        "3,代表者,0000000001,,,,,,",
        "0000000003,友人,0000000001,,,,,,",
        "0000000003,代表者,,,,,,,",
        "0000000003,代表者,0000000009,,,,,,",
        "0000000009,代表者,0000000001,,,,,,",
        "0000000001,代表者,0000000002,,,,,,",
        "0000000003,代表者,0000000003,,,,,,",
        "0000000003,実質的支配者,0000000001,,,,,25.123,",
        "0000000003,実質的支配者,0000000001,,,,,60,",
        "0000000003,実質的支配者,0000000002,,,,,60,",
        "0000000003,代理人,,鈴木 花子,,1970-13-01,,,",
        "0000000003,代理人,,鈴木 123456789018,,,,,",
        "0000000003,代理人,0000000001,,,,,",
        "0000000003,代理人,0000000001,,,,,,2027-01-01",
        "0000000003,代理人,0000000001,山田 太郎,,,,,",
        "0000000003,実質的支配者,0000000001,,,,,60,",
    )

    assert counts(run)[1:] == (1, 0, 0, 15)
    assert rejected() == [
        (2, "顧客番号", "number_format"),
        (3, "関係", "kind_unknown"),
        (4, "相手顧客番号", "other_missing"),
        (5, "相手顧客番号", "unknown_other"),
        (6, "顧客番号", "unknown_customer"),
        (7, "関係", "sides"),
        (8, "相手顧客番号", "oneself"),
        (9, "持分割合", "share_format"),
        (11, "持分割合", "share_sum"),
        (12, "生年月日", "birth_format"),
        (13, "氏名", "individual_number_found"),
        (14, "行全体", "row_width"),
        (15, "行全体", "terms"),
        (16, "氏名", "other_twice"),
        (17, "顧客番号", "duplicate"),
    ]
    words = " ".join(RelationRejection.objects.values_list("reason", flat=True))
    assert "鈴木" not in words
    assert "123456789018" not in words


def test_what_staff_confirmed_on_the_files_day_or_later_stays(take, customers):
    first, _, company = customers
    state_relation(
        company,
        Kind.BENEFICIAL_OWNER,
        first,
        Terms(source=Source.DOCUMENT, as_of=DAY, share=7_000),
        actor=SYSTEM,
        today=TODAY,
    )
    run = take("0000000003,実質的支配者,0000000001,,,,,30,")

    assert counts(run) == (1, 0, 0, 0, 1)
    assert rejected() == [(2, "基準日", "newer")]
    assert queries.relations_of(company, TODAY)[0].terms == "直接 70.00%"


def test_a_relation_that_was_ended_is_not_revived_by_an_older_file(take, customers):
    take(*GOOD)
    relation = Relation.objects.get(kind="representative")
    end_relation(relation.id, on=TODAY, source=Source.REGISTRY, actor=SYSTEM, today=TODAY)

    run = take(*GOOD)

    assert counts(run) == (4, 0, 0, 3, 1)
    assert rejected() == [(2, "基準日", "ended")]
    assert not Relation.objects.filter(kind="representative", is_open=True).exists()


def test_a_column_that_the_file_lacks_leaves_what_is_known(take, customers):
    take(*GOOD)
    run = take("0000000003,実質的支配者,0000000002", header="顧客番号,関係,相手顧客番号", as_of=TODAY)
    assert counts(run) == (1, 0, 0, 1, 0)
    assert RelationFact.objects.filter(relation__kind="beneficial_owner").get().share == 5001


@pytest.mark.parametrize("header", ["顧客番号,関係", "関係,相手顧客番号", "顧客番号,関係,氏名,氏名", ""])
def test_a_file_that_is_none_of_relations_is_refused_whole(take, header):
    with pytest.raises(FileRefused, match="見出し行に"):
        take(header=header)
    assert RelationImport.objects.count() == 0


def test_people_of_a_file_lie_encrypted(take):
    take(*GOOD)
    with connection.cursor() as cursor:
        raw = ""
        for table in ("relation", "relationfact", "relationimport", "relationrejection"):
            cursor.execute(f"SELECT to_jsonb(t)::text FROM customers_{table} t")
            raw += "".join(row for (row,) in cursor.fetchall())
    for canary in ("鈴木", "スズキ", "1970-05-06", "梅田"):
        assert canary not in raw
        assert canary.encode().hex() not in raw


def test_a_day_to_come_is_refused_in_words(take):
    run = take("0000000003,代表者,0000000001,,,,,," + (TODAY + timedelta(days=1)).isoformat())
    assert counts(run)[-1] == 1
    assert RelationRejection.objects.get().reason == "いつ時点の情報かは、今日までの日付にしてください。"
