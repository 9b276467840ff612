"""A definition out of parsed TOML or JSON, strictly: every fault is named with its place, and nothing is guessed.

Refused: what is no ASCII name, a name that the record or a scorecard uses already, words that ask for a secret, name an
Individual Number or tell of a suspicion (such facts belong behind ``risk.confidential``: tipping off), and a new version
that would make values unreadable.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final, NoReturn

from keizoku.customers.attributes.rules.definition import WITH_CHOICES, Choice, Definition, Type
from keizoku.customers.errors import AttributeInvalid
from keizoku.customers.fields import ENCRYPTED_FIELDS
from keizoku.kernel.text.numbers import has_individual_number

LONGEST_NAME: Final = 20
LONGEST_LABEL: Final = 40
LONGEST_CHOICE: Final = 30
LONGEST_HELP: Final = 200
FEWEST_CHOICES: Final = 2
MOST_CHOICES: Final = 100
# One digit less than an Individual Number has; amounts are told in thousands of yen.
LARGEST: Final = 99_999_999_999
JOINT: Final = "・"  # between the values of a list, as in the bank's file and in answers

_KEYS: Final = frozenset(
    {"name", "type", "label", "english", "help", "choice", "least", "most", "about_suspicion", "retired"}
)
_NAME = re.compile(rf"[a-z][a-z0-9_]{{1,{LONGEST_NAME - 1}}}")
_CHOICE_VALUE = re.compile(r"[a-z][a-z0-9_]{0,29}")
# What conditions, records and answers name already (a test in ``risk`` holds this list whole).
RESERVED: Final = frozenset(
    {
        *ENCRYPTED_FIELDS,
        "has_address",
        *("kind", "birth_year", "birth_month", "prefecture", "nationality", "residence_expires_on", "occupation"),
        *("purpose", "products", "branch", "opened_on", "confirmed_on", "has_mobile", "has_email", "state"),
        *("foreign_remittance", "attributes", "level", "points", "is_provisional", "due_on", "planned_on"),
        *("simplified", "address_state", "phone_state", "email_state", "answered_on", "silences", "in_review"),
        *("selected_in", "answered_in", "silent_in", "stopped_channels", "opted_out", "silent_follow_up"),
        *("all", "any", "not", "in_list"),
    }
)  # fmt: skip
_RESERVED_BEGINNINGS: Final = ("confirmed_", "contacted_", "consent_")
_SECRET_WORDS: Final = (
    "暗証", "パスワード", "ワンタイム", "セキュリティコード", "マイナンバー", "個人番号",
    "password", "passcode", "my number", "mynumber",
)  # fmt: skip
_SUSPICION_WORDS: Final = ("疑わしい取引", "届出の有無", "捜査", "警察", "凍結", "suspicio", "police")


def read(document: object) -> Definition:
    """The definition that ``document`` says.

    Raises:
        AttributeInvalid: at the first fault found.
    """
    if not isinstance(document, Mapping):
        _refuse("全体", "表が必要です。")
    if unknown := sorted(set(document) - _KEYS):
        _refuse("全体", f"「{unknown[0]}」という項目はありません。")
    if document.get("about_suspicion") is not False:
        _refuse(
            "疑わしい取引",
            "届出・照会・凍結など、疑いに関わる事実ではないことの確認が必要です。その事実は「秘密の事情」に記録します。",
        )
    kind = _type(document.get("type"))
    least, most = _bounds(document, kind)
    return Definition(
        name=_name(document.get("name")),
        type=kind,
        label=_words(document.get("label"), "名称", LONGEST_LABEL),
        english=_words(document.get("english", ""), "英語の名称", LONGEST_LABEL, is_optional=True),
        help=_words(document.get("help", ""), "説明", LONGEST_HELP, is_optional=True),
        choices=_choices(document.get("choice"), kind),
        least=least,
        most=most,
        is_retired=_flag(document.get("retired", False), "廃止"),
    )


def refuse_break(earlier: Sequence[Definition], new: Definition) -> None:
    """Refuse a version that values held by earlier approved ones would not fit.

    Raises:
        AttributeInvalid: another type, or a choice taken away.
    """
    for before in earlier:
        if before.type is not new.type:
            _refuse(
                "種類", "一度承認された項目の種類は変えられません。別の名前で新しい項目を作ってください。"
            )
        gone = {choice.value for choice in before.choices} - {choice.value for choice in new.choices}
        if gone:
            _refuse(
                "選択肢",
                f"「{before.label_of(min(gone))}」は消せません。使わない選択肢は、行の最後に「| 終了」と書いてください。",
            )


def _name(given: object) -> str:
    if not isinstance(given, str) or not _NAME.fullmatch(given):
        _refuse("名前", f"英小文字で始まる、英小文字・数字・_ の2文字から{LONGEST_NAME}文字です。")
    if given in RESERVED or given.startswith(_RESERVED_BEGINNINGS):
        _refuse("名前", f"「{given}」は、はじめからある項目の名前です。別の名前にしてください。")
    _refuse_words(given.replace("_", " "), "名前")
    return given


def _type(given: object) -> Type:
    try:
        return Type(given if isinstance(given, str) else "")
    except ValueError:
        _refuse("種類", f"{'・'.join(Type)} のどれかです。")


def _words(given: object, place: str, longest: int, *, is_optional: bool = False) -> str:
    if not isinstance(given, str) or (not given.strip() and not is_optional):
        _refuse(place, "文字を入力してください。")
    words = unicodedata.normalize("NFC", given).strip()
    if len(words) > longest or "\n" in words or "\0" in words:
        _refuse(place, f"改行のない{longest}文字までで入力してください。")
    _refuse_words(words, place)
    return words


def _refuse_words(words: str, place: str) -> None:
    plain = unicodedata.normalize("NFKC", words).casefold()
    if has_individual_number(words) or any(word in plain for word in _SECRET_WORDS):
        _refuse(place, "マイナンバー・暗証番号・パスワードに関わる項目は作れません。")
    if any(word in plain for word in _SUSPICION_WORDS):
        _refuse(
            place, "疑わしい取引・捜査・凍結に関わる事実は、ここには置けません。「秘密の事情」に記録します。"
        )


def _choices(given: object, kind: Type) -> tuple[Choice, ...]:
    if kind not in WITH_CHOICES:
        return _refuse("選択肢", "この種類には選択肢がありません。") if given else ()
    if not isinstance(given, list) or not FEWEST_CHOICES <= len(given) <= MOST_CHOICES:
        _refuse("選択肢", f"{FEWEST_CHOICES}個から{MOST_CHOICES}個の選択肢が必要です。")
    choices = tuple(_choice(each, number) for number, each in enumerate(given, start=1))
    for taken in ([choice.value for choice in choices], [choice.label for choice in choices]):
        if len(set(taken)) < len(taken):
            _refuse("選択肢", "同じ値か、同じ名称の選択肢が2つあります。")
    return choices


def _choice(given: object, number: int) -> Choice:
    place = f"選択肢{number}"
    if not isinstance(given, Mapping) or set(given) - {"value", "label", "closed"}:
        _refuse(place, "value（値）と label（名称）を書きます。")
    value, label = given.get("value"), _words(given.get("label"), f"{place}の名称", LONGEST_CHOICE)
    if not isinstance(value, str) or not _CHOICE_VALUE.fullmatch(value):
        _refuse(place, "値は、英小文字で始まる、英小文字・数字・_ の30文字までです。")
    if JOINT in label:
        _refuse(place, f"名称に「{JOINT}」は使えません（取込ファイルで値の区切りに使います）。")
    return Choice(value, label, _flag(given.get("closed", False), place))


def _bounds(document: Mapping[object, object], kind: Type) -> tuple[int | None, int | None]:
    least, most = document.get("least"), document.get("most")
    if kind is not Type.NUMBER:
        return (
            (None, None) if least is None and most is None else _refuse("範囲", "範囲は整数だけにあります。")
        )
    if type(least) is not int or type(most) is not int or not -LARGEST <= least < most <= LARGEST:
        _refuse("範囲", "最小と最大を整数で決めてください（最大は11桁まで。金額は千円単位にします）。")
    return least, most


def _flag(given: object, place: str) -> bool:
    return given if isinstance(given, bool) else _refuse(place, "true か false です。")


def _refuse(place: str, problem: str) -> NoReturn:
    raise AttributeInvalid(place, problem)
