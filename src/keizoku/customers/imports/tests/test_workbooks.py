"""A bank's file as a workbook: read as its CSV would be, with what spreadsheets do to numbers and days; or refused."""

import io
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest

from keizoku.customers.errors import FileRefused
from keizoku.customers.imports import uploading, workbooks
from keizoku.customers.imports.dry_run import dry_run
from keizoku.customers.imports.importing import import_file
from keizoku.customers.imports.sources import open_stream
from keizoku.customers.imports.tests import xls
from keizoku.customers.imports.tests.test_importing import DAY, HANA, HEADER, IMPORTER, TARO, record_of
from keizoku.customers.imports.tests.test_uploading import PERSON, of, stored
from keizoku.customers.models import Customer, Fact, ImportRejection, ImportRun

NAMES = HEADER.split(",")
NUMBER, BIRTH, POSTAL, BRANCH, ACCOUNT, OPENED = (
    NAMES.index(name) for name in ("顧客番号", "生年月日", "郵便番号", "支店番号", "口座番号", "口座開設日")
)


def cells(row, **other):
    found = [value or None for value in row.split(",")]
    for name, value in other.items():
        found[NAMES.index(name)] = value
    return found


def book(*rows, title="顧客", before=(), change=lambda sheet: None):
    """Bytes of an .xlsx with these rows beneath the header, and others above it."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = title
    for row in (*before, NAMES, *rows):
        sheet.append(list(row))
    change(made)
    return saved(made)


def saved(made):
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def opened(content, sheet=""):
    return open_stream(io.BufferedReader(io.BytesIO(content)), sheet)


def taken(tmp_path, content, **options):
    path = tmp_path / "customers.xlsx"
    path.write_bytes(content)
    return import_file(path, as_of=DAY, actor=IMPORTER, **options)


def test_workbook_becomes_the_customers_that_its_csv_would(db, tmp_path):
    run = taken(
        tmp_path,
        book(
            cells(TARO, 生年月日=date(1960, 4, 8), 口座開設日=datetime.combine(date(2001, 4, 2), time(0))),
            cells(HANA),
        ),
    )

    assert (run.created_count, run.rejected_count, run.encoding, run.sheet) == (2, 0, "xlsx", "顧客")
    taro = Fact.objects.get(birth_year=1960)
    assert taro.opened_on == date(2001, 4, 2)
    assert record_of(taro.customer_id).values["birth_date"] == "1960-04-08"
    assert run.remarks == []


def test_old_workbook_is_read_as_well(db, tmp_path):
    rows = [
        ["顧客一覧"],
        NAMES,
        cells(TARO, 生年月日=date(1960, 4, 8), 顧客番号=1.0),
        cells(HANA, 顧客番号=2.0),
    ]
    path = tmp_path / "customers.xls"
    path.write_bytes(xls.workbook(rows, merged=[(0, 0, 0, 4)]))

    run = import_file(path, as_of=DAY, actor=IMPORTER)

    assert (run.created_count, run.rejected_count, run.encoding, run.warning_count) == (2, 0, "xls", 2)
    assert record_of(Fact.objects.get(birth_year=1960).customer_id).values["number"] == "0000000001"


def test_refused_row_is_named_as_the_spreadsheet_numbers_it(db, tmp_path):
    bad = cells(TARO, 生年月日="昭和65年4月8日")
    run = taken(tmp_path, book(cells(HANA), [], bad, before=(["顧客一覧"], [])))

    rejection = ImportRejection.objects.get(run=run)
    assert (rejection.line, rejection.code) == (6, "birth_impossible")
    assert run.remarks == ["3行目を見出しとして読みました。それより上の行は読んでいません。"]


def test_numbers_that_lost_their_zeros_get_them_back_with_a_warning(db, tmp_path):
    rows = [
        cells(row, 顧客番号=n, 郵便番号=1500002, 支店番号=1, 口座番号=123)
        for n, row in ((1, TARO), (2, HANA))
    ]
    run = taken(tmp_path, book(*rows))

    assert (run.created_count, run.warning_count) == (2, 2)
    values = record_of(Fact.objects.get(birth_year=1960).customer_id).values
    assert (values["number"], values["account"]) == ("0000000001", "001-0000123")


def test_short_number_in_a_column_that_also_holds_text_is_never_guessed(db, tmp_path):
    run = taken(tmp_path, book(cells(TARO, 顧客番号=1), cells(HANA)))

    assert (run.created_count, run.rejected_count, run.warning_count) == (1, 1, 0)
    assert ImportRejection.objects.get().code == "number_format"


def test_numeric_phone_without_its_zero_is_refused_not_guessed(db, tmp_path):
    taken(tmp_path, book(cells(TARO, 電話番号=9012345678)))

    assert ImportRejection.objects.get().code == "phone_format"


def test_header_of_two_levels_gives_the_lower_names(db, tmp_path):
    def merge(made):
        sheet = made.active
        for column in range(1, len(NAMES) + 1):
            if column not in (3, 4):
                sheet.merge_cells(start_row=2, end_row=3, start_column=column, end_column=column)
        sheet.merge_cells(start_row=2, end_row=2, start_column=3, end_column=4)

    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(["顧客一覧"])
    sheet.append([*NAMES[:2], "お名前", None, *NAMES[4:]])
    sheet.append([None, None, "氏名", "氏名カナ"])
    sheet.append(cells(TARO))
    merge(made)

    table = opened(saved(made))
    assert table.header == tuple(NAMES)
    assert [record.line for record in table.records] == [4]


def test_first_sheet_that_holds_anything_is_read_unless_one_is_named(db, tmp_path):
    def more(made):
        made.create_sheet("表紙", 0)
        other = made.create_sheet("解約")
        other.append(NAMES)
        other.append(cells(HANA))

    content = book(cells(TARO), change=more)
    assert opened(content).sheet == "顧客"
    assert opened(content).remarks == (
        "シート「顧客」を読みました。ほかのシート（「表紙」、「解約」）は読んでいません。",
    )
    assert taken(tmp_path, content, sheet="解約").sheet == "解約"
    assert Fact.objects.get().birth_year == 1975
    with pytest.raises(FileRefused, match="「本店」がありません"):
        opened(content, "本店")


def test_formula_is_the_value_that_was_saved_with_it():
    content = book(cells(TARO))
    parts = {}
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    cell = '<c r="R2" t="str"><f>TEXT(NOW(),"yyyy")</f><v>2023-05-01</v></c>'
    before, _, after = sheet.partition('<c r="R2"')
    parts["xl/worksheets/sheet1.xml"] = (before + cell + after.partition("</c>")[2]).encode()

    (record,) = opened(zipped(parts)).records
    assert record.cells[NAMES.index("最終確認日")] == "2023-05-01"


def zipped(parts):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name, part in parts.items():
            made.writestr(name, part)
    return content.getvalue()


def bomb():
    """300 MiB, which are made only where they are read: as a constant they would lie in every process of the tests."""
    return zipped({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b" " * (300 << 20)})


def wide():
    return book(cells(TARO), change=lambda made: made.active.cell(1_048_576, 16_384, "x"))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: book(cells(TARO))[:-400], "壊れている"),
        (lambda: book(cells(TARO))[:3000], "壊れている"),
        (lambda: b"PK\x03\x04" + bytes(500), "壊れている"),
        (lambda: workbooks.OLE_MARK + bytes(4000), "壊れている"),
        (lambda: workbooks.OLE_MARK + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "パスワード"),
        (lambda: xls.workbook([NAMES, cells(TARO)], is_protected=True), "パスワード"),
        (bomb, "大きすぎる"),
        (wide, "大きすぎる"),
        (lambda: zipped({"word/document.xml": b"<x/>"}), "Excelファイル（.xlsx）ではありません"),
        (lambda: saved(openpyxl.Workbook()), "何も書かれていません"),
    ],
    ids=[
        "cut",
        "half",
        "zip of zeros",
        "old of zeros",
        "encrypted",
        "protected",
        "bomb",
        "wide",
        "other",
        "empty",
    ],
)
def test_workbook_that_cannot_be_read_is_refused_in_words(db, make, words):
    content = make()
    with pytest.raises(FileRefused, match=words):
        opened(content)
    assert ImportRun.objects.count() == 0


def test_part_that_unpacks_to_more_than_it_says_is_refused():
    content = bytearray(
        zipped({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b" " * (1 << 20)})
    )
    told = (1 << 20).to_bytes(4, "little")
    while (at := content.find(told)) >= 0:
        content[at : at + 4] = (100).to_bytes(4, "little")

    with pytest.raises(FileRefused, match="壊れている"):
        opened(bytes(content))


def test_every_cut_of_a_workbook_is_refused_and_none_crashes():
    content = book(cells(TARO))
    for length in range(8, len(content), 173):
        with pytest.raises(FileRefused):
            opened(content[:length])


def test_dry_run_tells_what_was_taken_for_granted(db):
    found = dry_run(opened(book(cells(TARO), before=(["顧客一覧"],))), as_of=DAY)

    assert (found.read, found.created) == (1, 1)
    assert found.as_json()["remarks"] == ["2行目を見出しとして読みました。それより上の行は読んでいません。"]
    assert Customer.objects.count() == 0


def test_sheet_of_an_uploaded_workbook_is_chosen_again(db):
    def more(made):
        made.create_sheet("解約").append([*NAMES, "備考"])

    number = uploading.receive([book(cells(TARO), change=more)], "顧客.xlsx", as_of=DAY, actor=PERSON)
    assert (of(number).sheet, of(number).sheets, len(of(number).header)) == (
        "顧客",
        ["顧客", "解約"],
        len(NAMES),
    )

    uploading.choose_sheet(number, "解約")
    assert (of(number).sheet, len(of(number).header)) == ("解約", len(NAMES) + 1)
    with pytest.raises(FileRefused):
        uploading.choose_sheet(number, "本店")
    assert of(number).sheet == "解約"
    assert stored(number)
