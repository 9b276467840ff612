"""One row of the bank's file."""

from datetime import date

import pytest

from keizoku.customers.codes import Kind, Occupation, Product, Purpose
from keizoku.customers.imports.rules.columns import Column
from keizoku.customers.imports.rules.rejections import REASONS, WARNINGS, Rejection, RejectionCode, RowWarning
from keizoku.customers.imports.rules.rows import WHOLE_ROW, read_row
from keizoku.customers.imports.rules.table import Record
from keizoku.customers.imports.rules.tests.bank_file import CORPORATION, TODAY, accept, header, judge, record
from keizoku.kernel.personal import BirthDate, EmailAddress, PersonName, PhoneNumber, PostalAddress
from keizoku.kernel.text.phone import PhoneClass


def test_a_good_row_is_read_into_typed_values():
    row = accept()
    assert row.line == 2
    assert row.number == "0000000012"
    assert row.kind is Kind.INDIVIDUAL
    assert row.name == PersonName("髙橋　一郎", "タカハシ　イチロウ")
    assert row.birth_date == BirthDate(date(1960, 4, 8))
    assert row.address == PostalAddress("東京都千代田区千代田1-1-1", "1000001")
    assert row.prefecture_code == "13"
    assert row.phone == PhoneNumber("+819012345678")
    assert row.phone_class is PhoneClass.MOBILE
    assert row.is_sms_capable
    assert row.email == EmailAddress("ichiro@example.jp")
    assert (row.nationality, row.residence_expires_on) == ("JPN", None)
    assert (row.occupation, row.purpose) == (Occupation.COMPANY_EMPLOYEE, Purpose.SALARY)
    assert row.products == (Product.ORDINARY_DEPOSIT, Product.TIME_DEPOSIT)
    assert (row.branch, row.account) == ("001", "0123456")
    assert (row.opened_on, row.last_confirmed_on) == (date(1991, 4, 1), date(2023, 4, 1))
    assert not row.contact_stopped
    assert row.warnings == ()


def test_neither_a_row_nor_its_record_prints_personal_data():
    assert repr(accept()) == "ParsedRow(line=2)"
    assert repr(record()) == "Record(line=2, is_readable=True)"


def test_empty_contact_points_and_confirmation_are_accepted():
    row = accept({Column.PHONE: "", Column.EMAIL: "　", Column.CONFIRMED: "", Column.CONTACT_STOP: "１"})
    assert (row.phone, row.phone_class, row.email, row.last_confirmed_on) == (None, None, None, None)
    assert not row.is_sms_capable
    assert row.contact_stopped


def test_full_width_and_dash_variants_are_read():
    row = accept(
        {
            Column.NUMBER: "００００００００１２",
            Column.POSTAL_CODE: "１００ー０００１",
            Column.PHONE: "０９０－１２３４－５６７８",
            Column.EMAIL: "ｉｃｈｉｒｏ＠example.jp",
            Column.NATIONALITY: "ｊｐｎ",
            Column.PRODUCTS: "ｶｰﾄﾞﾛｰﾝ･普通預金・普通預金",
            Column.BRANCH: "００１",
        }
    )
    assert row.number == "0000000012"
    assert row.address.reveal_postal_code() == "1000001"
    assert row.phone == PhoneNumber("+819012345678")
    assert row.email == EmailAddress("ichiro@example.jp")
    assert row.nationality == "JPN"
    assert row.products == (Product.CARD_LOAN, Product.ORDINARY_DEPOSIT)
    assert row.branch == "001"


def test_a_corporation_may_leave_the_occupation_empty_and_write_signs_in_its_reading():
    row = accept(CORPORATION)
    assert row.kind is Kind.CORPORATION
    assert row.occupation is Occupation.OTHER
    assert row.name.reveal_kana() == "カ)ケイゾクシヨウジ"


def test_a_line_break_inside_an_address_becomes_a_space():
    assert accept({Column.ADDRESS: "東京都千代田区千代田1-1\r\nハイツ101"}).address == PostalAddress(
        "東京都千代田区千代田1-1 ハイツ101", "1000001"
    )


def test_a_postal_code_in_two_prefectures_goes_with_either():
    for address, prefecture in (("愛知県弥富市鯏浦町1", "23"), ("三重県桑名郡木曽岬町1", "24")):
        row = accept({Column.POSTAL_CODE: "498-0000", Column.ADDRESS: address})
        assert row.prefecture_code == prefecture


ONE_FAULT = [
    (Column.NUMBER, "", RejectionCode.NUMBER_MISSING),
    (Column.NUMBER, "12", RejectionCode.NUMBER_FORMAT),
    (Column.NUMBER, "00000000A2", RejectionCode.NUMBER_FORMAT),
    (Column.KIND, "団体", RejectionCode.KIND_UNKNOWN),
    (Column.KIND, "", RejectionCode.KIND_UNKNOWN),
    (Column.NAME, "　", RejectionCode.NAME_MISSING),
    (Column.NAME, "山" * 61, RejectionCode.NAME_TOO_LONG),
    (Column.KANA, "", RejectionCode.KANA_INVALID),
    (Column.KANA, "髙橋 ｲﾁﾛｳ", RejectionCode.KANA_INVALID),
    (Column.KANA, "ﾀｶﾊｼ 1", RejectionCode.KANA_INVALID),
    (Column.KANA, "ー・", RejectionCode.KANA_INVALID),
    (Column.BIRTH, "", RejectionCode.BIRTH_MISSING),
    (Column.BIRTH, "不明", RejectionCode.BIRTH_FORMAT),
    (Column.BIRTH, "昭和35年2月30日", RejectionCode.BIRTH_IMPOSSIBLE),
    (Column.BIRTH, "昭和65年4月1日", RejectionCode.BIRTH_IMPOSSIBLE),
    (Column.BIRTH, "2026-11-22", RejectionCode.BIRTH_FUTURE),
    (Column.POSTAL_CODE, "", RejectionCode.POSTAL_FORMAT),
    (Column.POSTAL_CODE, "100-001", RejectionCode.POSTAL_FORMAT),
    (Column.POSTAL_CODE, "000-0000", RejectionCode.POSTAL_UNKNOWN),
    (Column.ADDRESS, "", RejectionCode.ADDRESS_MISSING),
    (Column.ADDRESS, "大阪府大阪市北区1-1", RejectionCode.ADDRESS_MISMATCH),
    (Column.ADDRESS, "千代田区千代田1-1", RejectionCode.ADDRESS_MISMATCH),
    (Column.PHONE, "なし", RejectionCode.PHONE_FORMAT),
    (Column.PHONE, "090-0000-0000", RejectionCode.PHONE_FORMAT),
    (Column.PHONE, "110", RejectionCode.PHONE_FORMAT),
    (Column.EMAIL, "ichiro＠", RejectionCode.EMAIL_FORMAT),
    (Column.EMAIL, "a@example.jp,b@example.jp", RejectionCode.EMAIL_FORMAT),
    (Column.EMAIL, "x" * 65 + "@example.jp", RejectionCode.EMAIL_FORMAT),
    (Column.NATIONALITY, "", RejectionCode.NATIONALITY_UNKNOWN),
    (Column.NATIONALITY, "日本", RejectionCode.NATIONALITY_UNKNOWN),
    (Column.NATIONALITY, "XYZ", RejectionCode.NATIONALITY_UNKNOWN),
    (Column.OCCUPATION, "宇宙飛行士", RejectionCode.OCCUPATION_UNKNOWN),
    (Column.OCCUPATION, "", RejectionCode.OCCUPATION_UNKNOWN),
    (Column.PURPOSE, "", RejectionCode.PURPOSE_UNKNOWN),
    (Column.PRODUCTS, "", RejectionCode.PRODUCT_UNKNOWN),
    (Column.PRODUCTS, "普通預金・暗号資産", RejectionCode.PRODUCT_UNKNOWN),
    (Column.BRANCH, "1", RejectionCode.BRANCH_FORMAT),
    (Column.ACCOUNT, "123456", RejectionCode.ACCOUNT_FORMAT),
    (Column.OPENED, "", RejectionCode.OPENED_FORMAT),
    (Column.OPENED, "2026-11-22", RejectionCode.OPENED_FORMAT),
    (Column.OPENED, "昭和35年4月7日", RejectionCode.OPENED_BEFORE_BIRTH),
    (Column.CONFIRMED, "R5", RejectionCode.CONFIRMED_FORMAT),
    (Column.CONFIRMED, "2026-11-22", RejectionCode.CONFIRMED_FORMAT),
    (Column.CONTACT_STOP, "2", RejectionCode.CONTACT_STOP_UNKNOWN),
    (Column.CONTACT_STOP, "0", RejectionCode.CONTACT_STOP_UNKNOWN),
    (Column.NAME, "山田 983205673214", RejectionCode.INDIVIDUAL_NUMBER_FOUND),
    (Column.ADDRESS, "東京都千代田区9832-0567-3214", RejectionCode.INDIVIDUAL_NUMBER_FOUND),
    (Column.EMAIL, "983205673214@example.jp", RejectionCode.INDIVIDUAL_NUMBER_FOUND),
]


@pytest.mark.parametrize(("column", "text", "code"), ONE_FAULT)
def test_a_row_with_one_fault_is_refused_for_that_fault_alone(column: Column, text: str, code: RejectionCode):
    rejection = judge({column: text})
    assert isinstance(rejection, Rejection)
    assert (rejection.line, rejection.column, rejection.code) == (2, column, code)
    assert rejection.reason == REASONS[code]
    assert len(rejection.faults) == 1


def test_a_foreign_customer_s_residence_must_be_a_day():
    rejection = judge({Column.NATIONALITY: "VNM", Column.RESIDENCE: "来年"})
    assert isinstance(rejection, Rejection)
    assert rejection.code is RejectionCode.RESIDENCE_FORMAT
    row = accept({Column.NATIONALITY: "VNM", Column.RESIDENCE: "令和10年3月31日"})
    assert (row.nationality, row.residence_expires_on) == ("VNM", date(2028, 3, 31))


def test_a_missing_residence_is_a_warning_only():
    row = accept({Column.NATIONALITY: "KOR"})
    assert row.residence_expires_on is None
    assert row.warnings == (RowWarning.RESIDENCE_MISSING,)


def test_the_residence_of_a_japanese_customer_is_ignored_with_a_warning():
    row = accept({Column.RESIDENCE: "2028-03-31"})
    assert row.residence_expires_on is None
    assert row.warnings == (RowWarning.RESIDENCE_IGNORED,)


def test_private_use_characters_are_kept_with_a_warning():
    row = accept({Column.NAME: "\ue000橋 一郎"})
    assert row.name.reveal() == "\ue000橋 一郎"
    assert row.warnings == (RowWarning.GAIJI,)


def test_old_mobile_addresses_with_odd_dots_are_kept_with_a_warning():
    assert accept({Column.EMAIL: "a..b.@example.jp"}).warnings == (RowWarning.EMAIL_IRREGULAR,)


def test_all_faults_are_told_and_the_first_column_names_the_rejection():
    rejection = judge({Column.NAME: "", Column.BIRTH: "x", Column.PHONE: "1"})
    assert isinstance(rejection, Rejection)
    assert rejection.code is RejectionCode.NAME_MISSING
    assert [fault.column for fault in rejection.faults] == [Column.NAME, Column.BIRTH, Column.PHONE]


def test_the_second_row_with_a_number_is_refused_even_after_a_refused_one():
    seen: set[int] = set()
    first = judge({Column.NAME: ""}, seen)
    second = judge({}, seen)
    assert isinstance(first, Rejection)
    assert isinstance(second, Rejection)
    assert second.code is RejectionCode.NUMBER_DUPLICATE


def test_an_unreadable_row_names_the_column_of_the_broken_bytes():
    cells = record({Column.ADDRESS: "東京都\ufffd"}).cells
    rejection = read_row(Record(9, cells, is_readable=False), header(), today=TODAY)
    assert isinstance(rejection, Rejection)
    assert (rejection.line, rejection.column, rejection.code) == (9, "住所", RejectionCode.UNDECODABLE)


def test_a_row_of_another_width_is_refused_whole():
    rejection = read_row(Record(9, record().cells[:-1]), header(), today=TODAY)
    assert isinstance(rejection, Rejection)
    assert (rejection.column, rejection.code) == (WHOLE_ROW, RejectionCode.ROW_WIDTH)


def test_no_rejection_quotes_the_refused_value():
    for column, text, _ in ONE_FAULT:
        if len(text) > 3:
            assert text not in repr(judge({column: text}))


def test_every_code_has_a_sentence_that_says_what_to_do():
    assert set(REASONS) == set(RejectionCode)
    assert set(WARNINGS) == set(RowWarning)
    assert all(reason.endswith("。") and reason.count("。") >= 2 for reason in REASONS.values())
