"""Customers, due days, deliveries and answers by the API."""

from datetime import timedelta

import pytest
from django.db import connection

from keizoku.audit.models import Entry
from keizoku.customers.models import Customer, ImportRun, RecordVersion
from keizoku.kernel.clock import business_today

ROW = {
    "number": "0000000101",
    "kind": "個人",
    "name": "試験 花子",
    "kana": "ｼｹﾝ ﾊﾅｺ",
    "birth_date": "1971-02-03",
    "postal_code": "150-0002",
    "address": "東京都渋谷区渋谷1-2-3",
    "phone": "090-1234-9999",
    "email": "hanako@example.jp",
    "nationality": "JPN",
    "occupation": "会社員",
    "purpose": "給与受取",
    "products": "普通預金",
    "branch": "001",
    "account": "7654321",
    "opened_on": "2001-04-02",
}


def told(*rows, day="2026-11-01"):
    return {"as_of": day, "rows": [ROW | row for row in rows]}


def test_customer_is_found_by_number_and_the_number_stands_in_no_address(call_as, make_customers):
    (customer,) = make_customers(1)
    caller = call_as("operator", "customers:read")
    answer = caller.post("/customers/lookup", {"number": "0000000001"})
    assert answer.status_code == 200
    assert (answer.json()["id"], answer.headers["ETag"]) == (customer, '"1"')
    assert caller.post("/customers/lookup", {"number": "0000000009"}).status_code == 404
    assert Entry.objects.filter(action="customers.search.done").count() == 2


def test_facts_are_read_without_anything_that_identifies(call_as, make_customers):
    (customer,) = make_customers(1)
    answer = call_as("operator", "customers:read").get(f"/customers/{customer}")
    found = answer.json()
    assert (found["kind"], found["prefecture"], found["birth_year"]) == ("individual", 13, 1960)
    assert found["sources"]["address"] == {"source": "core_system", "as_of": "2026-11-01"}
    assert {(one["channel"], one["state"]) for one in found["contacts"]} >= {("phone", "unverified")}
    assert found["standing"]["level"] in {"low", "medium", "high"}
    text = answer.content.decode()
    assert not any(value in text for value in ("山田", "渋谷", "example.jp", "0000000001", "1960-04-08"))
    assert not Entry.objects.filter(action="customers.record.read").exists()


def test_values_are_read_for_a_purpose_that_the_audit_keeps(call_as, make_customers, staff):
    (customer,) = make_customers(1)
    caller = call_as("reviewer", "customers:reveal")
    answer = caller.post(f"/customers/{customer}/reveal", {"purpose": "inquiry", "fields": ["name", "phone"]})
    assert answer.json()["values"] == {"name": "山田 太郎", "phone": "+819012340001"}
    (entry,) = Entry.objects.filter(action="customers.record.read", subject_id=customer)
    assert (entry.actor_id, entry.purpose) == (str(staff["reviewer"].pk), "お客さまからのお問い合わせのため")


def test_reading_without_a_purpose_or_of_nobody_leaves_no_entry(call_as, make_customers):
    (customer,) = make_customers(1)
    caller = call_as("reviewer", "customers:reveal")
    assert caller.post(f"/customers/{customer}/reveal", {"fields": ["name"]}).status_code == 422
    assert (
        caller.post(f"/customers/{customer}/reveal", {"purpose": "x", "fields": ["name"]}).status_code == 422
    )
    assert (
        caller.post("/customers/999999/reveal", {"purpose": "review", "fields": ["name"]}).status_code == 404
    )
    assert not Entry.objects.filter(action="customers.record.read").exists()


def test_rows_create_and_update_with_the_source_api(call_as, make_customers, staff):
    make_customers(1)
    caller = call_as("operator", "customers:write")
    made = caller.post("/customers/rows", told({}, {"number": "0000000102"}))
    assert made.status_code == 200
    assert [row["outcome"] for row in made.json()["rows"]] == ["created", "created"]
    customer = made.json()["rows"][0]["customer_id"]

    moved = {"address": "東京都渋谷区渋谷9-9-9", "if_version": 1}
    again = caller.post("/customers/rows", told(moved, {"number": "0000000102"}, day="2026-11-02"))
    assert [row["outcome"] for row in again.json()["rows"]] == ["updated", "unchanged"]
    assert again.json()["rows"][0] == {
        "outcome": "updated",
        "customer_id": customer,
        "version": 2,
        "code": None,
        "field": None,
        "reason": None,
    }
    assert set(RecordVersion.objects.filter(customer_id=customer).values_list("source", flat=True)) == {"api"}
    found = call_as("operator", "customers:read").get(f"/customers/{customer}").json()
    assert found["sources"]["name"] == {"source": "api", "as_of": "2026-11-01"}
    assert found["sources"]["address"] == {"source": "api", "as_of": "2026-11-02"}
    run = ImportRun.objects.latest("id")
    assert (run.source, run.encoding, run.started_by) == ("api", "api", f"staff:{staff['operator'].pk}")
    assert run.file_name.startswith("API kz_")


def test_row_is_refused_in_the_words_of_the_import(call_as, db):
    from keizoku.customers.imports.rules.rejections import REASONS, RejectionCode

    answer = call_as("operator", "customers:write").post(
        "/customers/rows", told({"number": "0000000103", "birth_date": "1975-02-30"}, {})
    )
    bad, good = answer.json()["rows"]
    assert bad == {
        "outcome": "rejected",
        "customer_id": None,
        "version": None,
        "code": "birth_impossible",
        "field": "birth_date",
        "reason": REASONS[RejectionCode.BIRTH_IMPOSSIBLE],
    }
    assert good["outcome"] == "created"
    assert Customer.objects.count() == 1


def test_update_that_would_be_lost_is_refused_whole(call_as, db):
    caller = call_as("operator", "customers:write")
    caller.post("/customers/rows", told({}))
    stale = told({"number": "0000000104"}, {"address": "東京都渋谷区渋谷9-9-9", "if_version": 7})
    answer = caller.post("/customers/rows", stale)
    assert answer.status_code == 412
    assert answer.json()["errors"][0]["pointer"] == "/rows/1/if_version"
    assert Customer.objects.count() == 1
    assert RecordVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"as_of": "2026-11-01", "rows": []}, "/rows"),
        ({"as_of": "2026-11-01", "rows": [{**ROW, "nmae": "x"}]}, "/rows/0/nmae"),
        ({"as_of": "2026-11-01", "rows": [{k: v for k, v in ROW.items() if k != "name"}]}, "/rows/0/name"),
        ({"as_of": "2026-13-01", "rows": [ROW]}, "/as_of"),
        ({"as_of": "2999-01-01", "rows": [ROW]}, "/as_of"),
        ({"as_of": "2026-11-01", "rows": [{**ROW, "phone": 9012345678}]}, "/rows/0/phone"),
    ],
)
def test_body_at_fault_is_named_by_its_place_and_never_repeated(call_as, body, pointer):
    answer = call_as("operator", "customers:write").post("/customers/rows", body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert "試験" not in answer.content.decode()
    assert "9012345678" not in answer.content.decode()
    assert not Customer.objects.exists()


def test_faults_are_told_in_japanese_first_and_in_english_to_who_prefers_it(call_as):
    caller = call_as("operator", "customers:write")
    bare = {"as_of": "2026-11-01", "rows": []}
    ja = caller.post("/customers/rows", bare)
    en = caller.post("/customers/rows", bare, Accept_Language="en-GB,ja;q=0.5")
    both = caller.post("/customers/rows", bare, Accept_Language="ja,en;q=0.9")
    assert ja.json()["errors"][0]["detail"] == "少なすぎます（1件以上）。"
    assert (ja.headers["Content-Language"], en.headers["Content-Language"]) == ("ja", "en")
    assert en.json()["errors"][0]["detail"] == "Too few (1 at least)."
    assert both.json()["detail"] == ja.json()["detail"]


def test_who_is_due_comes_page_by_page_in_order_and_narrowed(call_as, make_customers):
    made = make_customers(5) + make_customers(2, 区分="法人", 氏名="株式会社試験", 氏名カナ="ｼｹﾝ")
    caller = call_as("operator", "due:read")
    seen, cursor = [], None
    for _ in range(9):
        page = caller.get("/due", {"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [(row["due_on"], row["customer_id"]) for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == sorted(seen)
    assert sorted(customer for _, customer in seen) == sorted(made)
    companies = caller.get("/due", {"kind": "corporation", "prefecture": 13}).json()["items"]
    assert [row["customer_id"] for row in companies] == sorted(made[5:])
    assert caller.get("/due", {"prefecture": 1}).json()["items"] == []
    early = (business_today() - timedelta(days=20_000)).isoformat()
    assert caller.get("/due", {"until": early}).json()["items"] == []


def test_cursor_belongs_to_its_list_and_its_filters(call_as, make_customers):
    make_customers(3)
    caller = call_as("operator", "due:read")
    cursor = caller.get("/due", {"limit": 1}).json()["next"]
    for query in ({"cursor": cursor, "level": "high"}, {"cursor": cursor[:-1] + "x"}, {"cursor": "1"}):
        answer = caller.get("/due", query)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "?cursor"
    for limit in (0, 201, "many"):
        assert caller.get("/due", {"limit": limit}).status_code == 422


def test_nothing_personal_is_kept_of_a_call(call_as, db):
    call_as("operator", "customers:write").post(
        "/customers/rows",
        told({}, {"number": "0000000103", "birth_date": "1975-02-30"}),
        Idempotency_Key="試験".encode().hex(),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM api_call c UNION ALL SELECT e::text FROM audit_entry e")
        kept = [text for (text,) in cursor.fetchall()]
    assert kept
    for value in ("試験", "渋谷", "0000000101", "example.jp", "7654321", "1975"):
        assert not any(value in text for text in kept), value
