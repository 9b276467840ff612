"""A bank's file becomes customers, and a second file only changes what it may."""

from datetime import date

import pytest

from keizoku.audit import actions as audit
from keizoku.customers import actions, queries
from keizoku.customers.errors import FileRefused
from keizoku.customers.imports.importing import import_file
from keizoku.customers.models import Customer, Fact, ImportConflict, ImportRejection, RecordVersion
from keizoku.kernel.actor import Actor

HEADER = "顧客番号,区分,氏名,氏名カナ,生年月日,郵便番号,住所,電話番号,メールアドレス,国籍,在留期限,職業,取引目的,商品,支店番号,口座番号,口座開設日,最終確認日,連絡停止"
TARO = "0000000001,個人,山田 太郎,ﾔﾏﾀﾞ ﾀﾛｳ,昭和35年4月8日,150-0002,東京都渋谷区渋谷1-2-3,090-1234-5678,taro@example.jp,JPN,,会社員,給与受取,普通預金,001,1234567,2001/4/2,2023-05-01,"
HANA = "0000000002,個人,髙橋 花子,ﾀｶﾊｼ ﾊﾅｺ,S50.1.2,1500002,東京都渋谷区渋谷1-2-3,,,JPN,,年金受給,貯蓄,普通預金・定期預金,001,0000123,2001/4/2,,1"
DAY = date(2026, 11, 1)
IMPORTER = Actor.system("import")


def write(tmp_path, *rows, encoding="utf-8"):
    path = tmp_path / "customers.csv"
    path.write_bytes("\r\n".join([HEADER, *rows, ""]).encode(encoding))
    return path


def record_of(customer_id):
    grant = audit.grant_read(actor=IMPORTER, purpose="test", subjects=[customer_id])
    return queries.record(customer_id, grant)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_good_rows_become_customers_and_a_bad_row_a_rejection(db, tmp_path, encoding):
    bad = TARO.replace("0000000001", "0000000003").replace("昭和35年4月8日", "昭和65年4月8日")

    run = import_file(write(tmp_path, TARO, HANA, bad, encoding=encoding), as_of=DAY, actor=IMPORTER)

    assert (run.rows_read, run.created_count, run.rejected_count) == (3, 2, 1)
    rejection = ImportRejection.objects.get(run=run)
    assert (rejection.line, rejection.column, rejection.code) == (4, "生年月日", "birth_impossible")
    taro = Customer.objects.get(fact__birth_year=1960)
    record = record_of(taro.id)
    assert record.values["name"] == "山田 太郎"
    assert record.values["phone"] == "+819012345678"
    assert record.provenance["phone"].source == "core_system"
    assert record.provenance["phone"].as_of == DAY


def test_opted_out_customer_is_stopped_for_every_campaign(db, tmp_path):
    import_file(write(tmp_path, TARO, HANA), as_of=DAY, actor=IMPORTER)

    hana = Customer.objects.get(fact__birth_year=1975)

    assert [(campaign, reason) for campaign, reason, _ in queries.stops(hana.id)] == [
        (None, "連絡停止の申し出")
    ]


def test_blobs_hold_no_readable_value(db, tmp_path):
    import_file(write(tmp_path, TARO), as_of=DAY, actor=IMPORTER)

    row = RecordVersion.objects.get()

    assert all("山田".encode() not in bytes(getattr(row, f)) for f in ("name", "address", "kana"))


def test_same_file_again_changes_nothing(db, tmp_path):
    path = write(tmp_path, TARO, HANA)
    import_file(path, as_of=DAY, actor=IMPORTER)

    again = import_file(path, as_of=DAY, actor=IMPORTER)

    assert (again.created_count, again.updated_count, again.unchanged_count) == (0, 0, 2)
    assert RecordVersion.objects.count() == 2


def test_changed_address_becomes_a_new_version_with_its_source(db, tmp_path):
    import_file(write(tmp_path, TARO), as_of=DAY, actor=IMPORTER)
    moved = TARO.replace("東京都渋谷区渋谷1-2-3", "東京都渋谷区渋谷9-9-9")

    run = import_file(write(tmp_path, moved), as_of=date(2026, 12, 1), actor=IMPORTER)

    customer = Customer.objects.get()
    record = record_of(customer.id)
    assert run.updated_count == 1
    assert customer.version == 2
    assert record.values["address"].endswith("9-9-9")
    assert record.provenance["address"].as_of == date(2026, 12, 1)
    assert record.provenance["name"].as_of == DAY


def test_value_confirmed_after_the_file_is_kept_and_listed(db, tmp_path):
    path = write(tmp_path, TARO)
    import_file(path, as_of=DAY, actor=IMPORTER)
    customer = Customer.objects.get()
    actions.apply_changes(
        customer_id=customer.id,
        changes={"phone": "+818011112222", "occupation": "pensioner"},
        confirmed={"address"},
        source="declared",
        as_of=date(2026, 11, 10),
        actor=Actor.staff(7),
    )

    run = import_file(path, as_of=date(2026, 11, 5), actor=IMPORTER)

    assert (run.updated_count, run.conflict_count) == (0, 2)
    assert set(ImportConflict.objects.values_list("field", flat=True)) == {"phone", "occupation"}
    assert record_of(customer.id).values["phone"] == "+818011112222"
    fact = Fact.objects.get()
    assert (fact.occupation, fact.confirmed_on) == ("pensioner", date(2026, 11, 10))


def test_file_without_a_column_is_refused_and_leaves_nothing(db, tmp_path):
    path = tmp_path / "broken.csv"
    path.write_text(HEADER.replace("生年月日,", "") + "\r\n" + TARO, encoding="utf-8")

    with pytest.raises(FileRefused, match="生年月日"):
        import_file(path, as_of=DAY, actor=IMPORTER)

    assert Customer.objects.count() == 0


def test_identity_needs_both_answers(db, tmp_path):
    import_file(write(tmp_path, TARO, HANA), as_of=DAY, actor=IMPORTER)
    taro = Customer.objects.get(fact__birth_year=1960)

    assert queries.identity_matches(taro.id, date(1960, 4, 8), "4567")
    assert not queries.identity_matches(taro.id, date(1960, 4, 9), "4567")
    assert not queries.identity_matches(taro.id, date(1960, 4, 8), "0123")


def test_new_version_is_written_with_the_confirmation_s_source(db, tmp_path):
    import_file(write(tmp_path, TARO), as_of=DAY, actor=IMPORTER)
    customer = Customer.objects.get()

    version = actions.apply_changes(
        customer_id=customer.id,
        changes={"postal_code": "530-0001", "address": "大阪府大阪市北区梅田1-1"},
        confirmed={"phone"},
        source="declared",
        as_of=date(2026, 11, 20),
        actor=Actor.staff(7),
    )

    record = record_of(customer.id)
    assert version == 2
    assert record.values["address"] == "大阪府大阪市北区梅田1-1"
    assert record.provenance["address"].source == "declared"
    assert record.provenance["phone"].as_of == date(2026, 11, 20)
    assert record.provenance["email"].source == "core_system"
    assert Fact.objects.get().prefecture == 27
