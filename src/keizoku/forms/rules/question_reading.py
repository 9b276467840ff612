"""Reads one question of a questionnaire's text, and the parts of a list, by what its kind needs and may have."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from keizoku.forms.rules.definition import (
    LISTS,
    NO,
    YES,
    Choice,
    Detail,
    Kind,
    Question,
    Register,
)
from keizoku.forms.rules.facts import fields_after
from keizoku.forms.rules.faults import refuse
from keizoku.forms.rules.values import flag, identifier, one_of, only_keys, tables, whole, words
from keizoku.kernel.conditions import Condition, ConditionError, parse

YES_NO: Final = (Choice(YES, "はい"), Choice(NO, "いいえ"))
WITH_CHOICES: Final = frozenset({Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE})
WITH_BOUNDS: Final = frozenset({Kind.NUMBER, Kind.MONEY})
WITH_KNOWN_VALUE: Final = frozenset({Kind.ADDRESS, Kind.PHONE, Kind.EMAIL, Kind.RESIDENCE_PERIOD})
# Closed values only: attributes lie in the clear.
WITH_ATTRIBUTE: Final = frozenset(
    {
        Kind.SINGLE_CHOICE,
        Kind.MULTIPLE_CHOICE,
        Kind.YES_NO,
        Kind.NUMBER,
        Kind.MONEY,
        Kind.DATE,
        Kind.RESIDENCE_PERIOD,
    }
)
OF_PARTS: Final = frozenset({Kind.TEXT, Kind.DATE, Kind.COUNTRY, Kind.SINGLE_CHOICE, Kind.PHONE, Kind.NUMBER})
FEWEST_CHOICES, MOST_CHOICES = 2, 100
MOST_ROWS: Final = 20
MOST_PARTS: Final = 8
LARGEST: Final = 10**11 - 1
_KEYS: Final = frozenset(
    {"id", "kind", "title", "why", "target", "required", "known", "choices", "when", "depends_on", "detail"}
    | {"attribute", "least", "most", "register", "part", "names_from"}
)
_PART_KEYS: Final = frozenset({"id", "kind", "title", "required", "choices", "least", "most"})


def read_question(table: Mapping[str, Any], earlier: Sequence[Question]) -> Question:
    """One question that stands behind ``earlier`` ones.

    Raises:
        QuestionnaireInvalid: at the first fault found.
    """
    place = identifier(table, "id", "")
    only_keys(table, _KEYS, place)
    kind = Kind(one_of(table, "kind", place, list(Kind)))
    is_known = flag(table, "known", place, default=False)
    if is_known and kind not in WITH_KNOWN_VALUE:
        refuse(
            place, "known", "登録の値を確かめられるのは、住所・電話番号・メールアドレス・在留期間だけです。"
        )
    attribute = _attribute(table, kind, place)
    least, most = _bounds(table, kind, place)
    return Question(
        id=place,
        kind=kind,
        title=words(table, "title", place),
        why=words(table, "why", place),
        target=attribute or identifier(table, "target", place),
        choices=_choices(table, kind, place),
        is_required=flag(table, "required", place, default=True),
        is_known=is_known,
        when=_condition(table, place, earlier),
        detail=_detail(table, kind, place),
        attribute=attribute,
        least=least,
        most=most,
        register=_register(table, kind, place),
        parts=_parts(table, kind, place),
        names_from=_names_from(table, kind, place, earlier),
    )


def _attribute(table: Mapping[str, Any], kind: Kind, place: str) -> str:
    """The attribute that the question fills; whether it exists and fits is judged where it is drafted."""
    if "attribute" not in table:
        return ""
    if "target" in table:
        refuse(place, "target", "追加の項目に入れる質問には、target を書きません。")
    if kind not in WITH_ATTRIBUTE:
        refuse(place, "attribute", "この種類の答えは、追加の項目に入れられません。")
    return identifier(table, "attribute", place)


def _bounds(table: Mapping[str, Any], kind: Kind, place: str) -> tuple[int | None, int | None]:
    least, most = whole(table, "least"), whole(table, "most")
    if kind in LISTS:
        if "least" in table:
            refuse(place, "least", "一覧には、最大の人数だけを決めます。")
        if most is None or not 0 < most <= MOST_ROWS:
            refuse(place, "most", f"1から{MOST_ROWS}までの整数です。")
        return None, most
    if kind not in WITH_BOUNDS:
        if "least" in table or "most" in table:
            refuse(place, "least" if "least" in table else "most", "最小と最大は、数と金額だけにあります。")
        return None, None
    if least is None or most is None or not -LARGEST <= least < most <= LARGEST:
        refuse(place, "least", "least（最小）と most（最大）を、整数で書いてください（11桁まで）。")
    return least, most


def _choices(table: Mapping[str, Any], kind: Kind, place: str) -> tuple[Choice, ...]:
    given = table.get("choices")
    if kind is Kind.YES_NO and given is None:
        return YES_NO
    if kind not in WITH_CHOICES:
        if given is not None:
            refuse(place, "choices", "この種類には選択肢がありません。")
        return ()
    if not isinstance(given, list) or not FEWEST_CHOICES <= len(given) <= MOST_CHOICES:
        refuse(place, "choices", f"{FEWEST_CHOICES}個から{MOST_CHOICES}個の選択肢が必要です。")
    choices = tuple(_choice(each, place) for each in given)
    if len({choice.value for choice in choices}) != len(choices):
        refuse(place, "choices", "同じ値の選択肢が2つあります。")
    return choices


def _choice(given: object, place: str) -> Choice:
    if not isinstance(given, dict) or set(given) != {"value", "label"}:
        refuse(place, "choices", "選択肢には value（値）と label（名称）を書きます。")
    return Choice(identifier(given, "value", place), words(given, "label", place))


def _condition(table: Mapping[str, Any], place: str, earlier: Sequence[Question]) -> Condition | None:
    """``when`` is a tree of ``kernel.conditions``; ``depends_on`` its older, shorter writing for one answer."""
    given = table.get("when")
    fields = fields_after(earlier)
    if "depends_on" in table:
        if given is not None:
            refuse(place, "when", "depends_on と when は、どちらか1つだけです。")
        given = _of_one_answer(table["depends_on"], place, earlier)
    if given is None:
        return None
    try:
        return parse(given, fields)
    except ConditionError as fault:
        refuse(place, "when", fault.message)


def _of_one_answer(given: object, place: str, earlier: Sequence[Question]) -> dict[str, object]:
    if not isinstance(given, dict) or set(given) != {"question", "value"}:
        refuse(place, "depends_on", "question（質問）と value（答え）を書きます。")
    asked = next((question for question in earlier if question.id == given["question"]), None)
    is_list = asked is not None and asked.kind is Kind.MULTIPLE_CHOICE
    return {
        "field": given["question"],
        "operator": "contains" if is_list else "equals",
        "value": given["value"],
    }


def _detail(table: Mapping[str, Any], kind: Kind, place: str) -> Detail | None:
    given = table.get("detail")
    if given is None:
        return None
    if kind is not Kind.YES_NO or not isinstance(given, dict) or set(given) != {"title", "target"}:
        refuse(place, "detail", "「はい・いいえ」の質問に、title と target を書きます。")
    return Detail(words(given, "title", place), identifier(given, "target", place))


def _register(table: Mapping[str, Any], kind: Kind, place: str) -> Register | None:
    if kind is not Kind.REGISTERED_NUMBER:
        if "register" in table:
            refuse(place, "register", "番号の種類は、免許・登記などの番号だけにあります。")
        return None
    return Register(one_of(table, "register", place, list(Register)))


def _parts(table: Mapping[str, Any], kind: Kind, place: str) -> tuple[Question, ...]:
    given = tables(table, "part", place)
    if kind is not Kind.PEOPLE:
        if given:
            refuse(place, "part", "たずねる項目の並びは、人の一覧だけにあります。")
        return ()
    if not 0 < len(given) <= MOST_PARTS:
        refuse(place, "part", f"1人についてたずねる項目は、1つから{MOST_PARTS}までです。")
    parts = tuple(_part(each, place) for each in given)
    if len({part.id for part in parts}) != len(parts):
        refuse(place, "part", "同じ名前の項目が2つあります。")
    return parts


def _part(table: Mapping[str, Any], place: str) -> Question:
    part_id = identifier(table, "id", place)
    where = f"{place}.{part_id}"
    only_keys(table, _PART_KEYS, where)
    kind = Kind(one_of(table, "kind", where, sorted(OF_PARTS)))
    least, most = _bounds(table, kind, where)
    return Question(
        id=part_id,
        kind=kind,
        title=words(table, "title", where),
        why="",
        target=part_id,
        choices=_choices(table, kind, where),
        is_required=flag(table, "required", where, default=True),
        least=least,
        most=most,
    )


def _names_from(table: Mapping[str, Any], kind: Kind, place: str, earlier: Sequence[Question]) -> str:
    if "names_from" not in table:
        return ""
    if kind is not Kind.PEOPLE:
        refuse(place, "names_from", "前の議決権の質問から氏名を受けるのは、人の一覧だけです。")
    asked = [question.id for question in earlier if question.kind is Kind.OWNERSHIP]
    return one_of(table, "names_from", place, asked)
