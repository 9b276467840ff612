"""Why a row is refused, or accepted with a remark: stable codes and the Japanese sentence for each.

A sentence says what is wrong and what to do. None of them quotes the value: it may be personal data.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from keizoku.customers.attributes.rules.values import FAULT_WORDS
from keizoku.customers.attributes.rules.values import Fault as ValueFault


class RejectionCode(StrEnum):
    COLUMNS_MISSING = "columns_missing"
    ROW_WIDTH = "row_width"
    UNDECODABLE = "undecodable"
    INDIVIDUAL_NUMBER_FOUND = "individual_number_found"
    NUMBER_MISSING = "number_missing"
    NUMBER_FORMAT = "number_format"
    NUMBER_DUPLICATE = "number_duplicate"
    KIND_UNKNOWN = "kind_unknown"
    NAME_MISSING = "name_missing"
    NAME_TOO_LONG = "name_too_long"
    KANA_INVALID = "kana_invalid"
    BIRTH_MISSING = "birth_missing"
    BIRTH_FORMAT = "birth_format"
    BIRTH_IMPOSSIBLE = "birth_impossible"
    BIRTH_FUTURE = "birth_future"
    POSTAL_FORMAT = "postal_format"
    POSTAL_UNKNOWN = "postal_unknown"
    ADDRESS_MISSING = "address_missing"
    ADDRESS_MISMATCH = "address_mismatch"
    PHONE_FORMAT = "phone_format"
    EMAIL_FORMAT = "email_format"
    NATIONALITY_UNKNOWN = "nationality_unknown"
    RESIDENCE_FORMAT = "residence_format"
    OCCUPATION_UNKNOWN = "occupation_unknown"
    PURPOSE_UNKNOWN = "purpose_unknown"
    PRODUCT_UNKNOWN = "product_unknown"
    BRANCH_FORMAT = "branch_format"
    ACCOUNT_FORMAT = "account_format"
    OPENED_FORMAT = "opened_format"
    OPENED_BEFORE_BIRTH = "opened_before_birth"
    CONFIRMED_FORMAT = "confirmed_format"
    CONTACT_STOP_UNKNOWN = "contact_stop_unknown"
    ATTRIBUTE_CHOICE = "attribute_choice"
    ATTRIBUTE_CLOSED = "attribute_closed"
    ATTRIBUTE_NUMBER = "attribute_number"
    ATTRIBUTE_RANGE = "attribute_range"
    ATTRIBUTE_DATE = "attribute_date"
    ATTRIBUTE_FLAG = "attribute_flag"
    CLOSED_FORMAT = "closed_format"


class RowWarning(StrEnum):
    GAIJI = "gaiji"
    RESIDENCE_MISSING = "residence_missing"
    RESIDENCE_IGNORED = "residence_ignored"
    EMAIL_IRREGULAR = "email_irregular"
    ZEROS_RESTORED = "zeros_restored"


REASONS: Final = {
    RejectionCode.COLUMNS_MISSING: (
        "見出し行に必要な列がないか、同じ列が2つあります。列名を取込レイアウトに合わせてください。"
    ),
    RejectionCode.ROW_WIDTH: (
        '列の数が見出し行と違います。カンマの過不足や、引用符「"」の閉じ忘れを直してください。'
    ),
    RejectionCode.UNDECODABLE: (
        "読めない文字（壊れたバイト）があります。元のシステムから UTF-8 か CP932 で出力し直してください。"
    ),
    RejectionCode.INDIVIDUAL_NUMBER_FOUND: (
        "個人番号（マイナンバー）とみられる12桁の番号があります。"
        "値は保存も表示もしていません。"
        "番号を取り除いてください。"
    ),
    RejectionCode.NUMBER_MISSING: "顧客番号がありません。10桁の顧客番号を入れてください。",
    RejectionCode.NUMBER_FORMAT: (
        "顧客番号が10桁の数字ではありません。先頭の0を省かずに10桁で入れてください。"
    ),
    RejectionCode.NUMBER_DUPLICATE: (
        "同じ顧客番号の行がこの行より前にあります。どちらが正しいかを確かめ、1行にしてください。"
    ),
    RejectionCode.KIND_UNKNOWN: "区分が読めません。「個人」「個人事業主」「法人」のどれかを入れてください。",
    RejectionCode.NAME_MISSING: "氏名がありません。氏名（法人は名称）を入れてください。",
    RejectionCode.NAME_TOO_LONG: "氏名が60文字を超えています。60文字までにしてください。",
    RejectionCode.KANA_INVALID: "氏名カナがないか、カナで書けない文字があります。半角カナで入れてください。",
    RejectionCode.BIRTH_MISSING: "生年月日（法人は設立日）がありません。日付を入れてください。",
    RejectionCode.BIRTH_FORMAT: (
        "生年月日が日付として読めません。"
        "「昭和35年4月8日」「S35.4.8」「1960-04-08」などの書き方にしてください。"
    ),
    RejectionCode.BIRTH_IMPOSSIBLE: (
        "生年月日が暦にない日付です（2月30日、昭和65年など）。元の書類で日付を確かめてください。"
    ),
    RejectionCode.BIRTH_FUTURE: "生年月日が今日より後の日付です。元の書類で日付を確かめてください。",
    RejectionCode.POSTAL_FORMAT: (
        "郵便番号が7桁の数字ではありません。「100-0001」または「1000001」のように入れてください。"
    ),
    RejectionCode.POSTAL_UNKNOWN: (
        "郵便番号が日本郵便の一覧にありません。住所から正しい郵便番号を調べてください。"
    ),
    RejectionCode.ADDRESS_MISSING: "住所がありません。都道府県から住所を入れてください。",
    RejectionCode.ADDRESS_MISMATCH: (
        "住所が都道府県名で始まらないか、郵便番号の都道府県と違います。住所か郵便番号を直してください。"
    ),
    RejectionCode.PHONE_FORMAT: (
        "電話番号として使われない番号です。市外局番から1つだけ入れるか、空欄にしてください。"
    ),
    RejectionCode.EMAIL_FORMAT: (
        "メールアドレスの形ではありません。1つだけ正しく入れるか、空欄にしてください。"
    ),
    RejectionCode.NATIONALITY_UNKNOWN: (
        "国籍が読めません。ISO 3166 の英字3文字（JPN、VNM など）で入れてください。"
    ),
    RejectionCode.RESIDENCE_FORMAT: (
        "在留期限が日付として読めません。在留カードの在留期間満了日を入れてください。"
    ),
    RejectionCode.OCCUPATION_UNKNOWN: (
        "職業が取込レイアウトの一覧にありません。一覧の言葉のどれかを入れてください。"
    ),
    RejectionCode.PURPOSE_UNKNOWN: (
        "取引目的が取込レイアウトの一覧にありません。一覧の言葉のどれかを入れてください。"
    ),
    RejectionCode.PRODUCT_UNKNOWN: (
        "商品がないか、取込レイアウトの一覧にない商品があります。一覧の言葉を「・」でつないでください。"
    ),
    RejectionCode.BRANCH_FORMAT: "支店番号が3桁の数字ではありません。先頭の0を省かずに3桁で入れてください。",
    RejectionCode.ACCOUNT_FORMAT: "口座番号が7桁の数字ではありません。先頭の0を省かずに7桁で入れてください。",
    RejectionCode.OPENED_FORMAT: (
        "口座開設日がないか、日付として読めないか、今日より後です。正しい日付を入れてください。"
    ),
    RejectionCode.OPENED_BEFORE_BIRTH: (
        "口座開設日が生年月日（法人は設立日）より前です。どちらが正しいかを確かめてください。"
    ),
    RejectionCode.CONFIRMED_FORMAT: (
        "最終確認日が日付として読めないか、今日より後です。正しい日付を入れるか、空欄にしてください。"
    ),
    RejectionCode.CONTACT_STOP_UNKNOWN: (
        "連絡停止は空欄か 1 だけです。連絡を止める顧客に 1 を入れてください。"
    ),
    RejectionCode.ATTRIBUTE_CHOICE: FAULT_WORDS[ValueFault.CHOICE],
    RejectionCode.ATTRIBUTE_CLOSED: FAULT_WORDS[ValueFault.CLOSED],
    RejectionCode.ATTRIBUTE_NUMBER: FAULT_WORDS[ValueFault.NUMBER],
    RejectionCode.ATTRIBUTE_RANGE: FAULT_WORDS[ValueFault.RANGE],
    RejectionCode.ATTRIBUTE_DATE: FAULT_WORDS[ValueFault.DATE],
    RejectionCode.ATTRIBUTE_FLAG: FAULT_WORDS[ValueFault.FLAG],
    RejectionCode.CLOSED_FORMAT: (
        "解約日が日付として読めないか、口座開設日より前か、今日より後です。正しい日付を入れるか、空欄にしてください。"
    ),
}
WARNINGS: Final = {
    RowWarning.GAIJI: "外字（その金融機関だけの文字）があります。そのまま保存し、印を付けました。",
    RowWarning.RESIDENCE_MISSING: "外国籍の方の在留期限が空欄です（特別永住者などを除き、確認が必要です）。",
    RowWarning.RESIDENCE_IGNORED: (
        "日本国籍または法人の行に在留期限があります。在留期限は取り込みませんでした。"
    ),
    RowWarning.EMAIL_IRREGULAR: (
        "メールアドレスのドットの位置が規格外です（昔の携帯メールに多い形）。届かないことがあります。"
    ),
    RowWarning.ZEROS_RESTORED: (
        "Excelの数値の列なので、番号の先頭の0を補いました。元の番号と合うか、何行か確かめてください。"
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one column."""

    column: str
    code: RejectionCode

    @property
    def reason(self) -> str:
        return REASONS[self.code]


@dataclass(frozen=True, slots=True)
class Rejection:
    """A refused row (or, on line 1, a refused file). The first fault names it; `faults` holds them all."""

    line: int
    column: str
    code: RejectionCode
    reason: str
    faults: tuple[Fault, ...]


def reject(line: int, column: str, code: RejectionCode) -> Rejection:
    """A rejection with one fault."""
    return rejection(line, (Fault(column, code),))


def rejection(line: int, faults: Sequence[Fault]) -> Rejection:
    """A rejection with all `faults` (at least one), named by the first."""
    first = faults[0]
    return Rejection(line, first.column, first.code, first.reason, tuple(faults))
