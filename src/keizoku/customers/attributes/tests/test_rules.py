"""Definitions are read strictly, and values are typed and closed."""

import pytest

from keizoku.customers.attributes.rules import values
from keizoku.customers.attributes.rules.comparing import Change, changes
from keizoku.customers.attributes.rules.definition import Choice, Definition, Type, digest_of, to_json
from keizoku.customers.attributes.rules.reading import read, refuse_break
from keizoku.customers.attributes.rules.values import Fault
from keizoku.customers.errors import AttributeInvalid

PEP = {
    "name": "pep_status",
    "type": "choice",
    "label": "外国の重要な公的地位",
    "english": "Foreign PEP",
    "help": "外国政府などで重要な地位にある方かどうか。",
    "about_suspicion": False,
    "choice": [
        {"value": "none", "label": "該当しない"},
        {"value": "self", "label": "本人"},
        {"value": "family", "label": "家族"},
    ],
}
INCOME = {
    "name": "income",
    "type": "number",
    "label": "年収（千円）",
    "least": 0,
    "most": 9_999_999,
    "about_suspicion": False,
}


def plain(kind: str, **more: object) -> Definition:
    return read({"name": "some_thing", "type": kind, "label": "項目", "about_suspicion": False, **more})


def test_definition_is_read_and_written_back_the_same():
    for document in (PEP, INCOME):
        definition = read(document)
        assert read(to_json(definition)) == definition
    assert read(PEP).choices[1] == Choice("self", "本人")
    assert (read(INCOME).least, read(INCOME).most) == (0, 9_999_999)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"name": "PEP"}, "名前"),
        ({"name": "p"}, "名前"),
        ({"name": "a" * 21}, "名前"),
        ({"name": "x'; drop table"}, "名前"),
        ({"name": "occupation"}, "名前"),
        ({"name": "level"}, "名前"),
        ({"name": "confirmed_income"}, "名前"),
        ({"name": "my_number"}, "名前"),
        ({"type": "text"}, "種類"),
        ({"label": ""}, "名称"),
        ({"label": "あ" * 41}, "名称"),
        ({"label": "マイナンバー"}, "名称"),
        ({"label": "警察からの照会"}, "名称"),
        ({"help": "疑わしい取引の届出をした方"}, "説明"),
        ({"help": "例：1234-5678-9018"}, "説明"),
        ({"about_suspicion": True}, "疑わしい取引"),
        ({"choice": [{"value": "one", "label": "一つ"}]}, "選択肢"),
        ({"choice": [{"value": "a", "label": "甲"}, {"value": "a", "label": "乙"}]}, "選択肢"),
        ({"choice": [{"value": "a", "label": "甲"}, {"value": "b", "label": "甲"}]}, "選択肢"),
        ({"choice": [{"value": "1a", "label": "甲"}, {"value": "b", "label": "乙"}]}, "選択肢1"),
        ({"choice": [{"value": "a", "label": "甲・丙"}, {"value": "b", "label": "乙"}]}, "選択肢1"),
        ({"least": 1}, "範囲"),
        ({"colour": "red"}, "全体"),
    ],
)
def test_what_is_no_definition_is_refused_with_its_place(change, place):
    with pytest.raises(AttributeInvalid) as refused:
        read(PEP | change)
    assert refused.value.place == place


def test_without_a_word_on_suspicion_nothing_is_taken():
    with pytest.raises(AttributeInvalid, match="秘密の事情"):
        read({key: value for key, value in PEP.items() if key != "about_suspicion"})


@pytest.mark.parametrize(
    "bounds", [{"least": 5, "most": 5}, {"least": 0}, {"least": 0, "most": 100_000_000_000}, {"most": "9"}]
)
def test_number_needs_bounds_of_eleven_digits_at_most(bounds):
    bare = {key: value for key, value in INCOME.items() if key not in ("least", "most")}
    with pytest.raises(AttributeInvalid, match="範囲"):
        read(bare | bounds)


def test_type_never_changes_and_no_choice_is_taken_away():
    with pytest.raises(AttributeInvalid, match="種類は変えられません"):
        refuse_break([read(PEP)], read(PEP | {"type": "list"}))
    fewer = read(PEP | {"choice": PEP["choice"][:2]})
    with pytest.raises(AttributeInvalid, match="「家族」は消せません"):
        refuse_break([read(PEP)], fewer)
    closed = [*PEP["choice"][:2], {"value": "family", "label": "家族", "closed": True}]
    refuse_break([read(PEP)], read(PEP | {"choice": closed, "label": "外国PEPs"}))


@pytest.mark.parametrize(
    ("definition", "text", "stored"),
    [
        (read(PEP), "self", "self"),
        (read(PEP), " 本人 ", "self"),
        (read(PEP), "だれか", Fault.CHOICE),
        (read(PEP), "1234-5678-9018", Fault.INDIVIDUAL_NUMBER),
        (read(PEP | {"type": "list"}), "家族・self・家族", ["self", "family"]),
        (read(PEP | {"type": "list"}), "家族・だれか", Fault.CHOICE),
        (read(INCOME), "１２，０００", 12_000),
        (read(INCOME), "-1", Fault.RANGE),
        (read(INCOME), "99999999999999999999", Fault.RANGE),
        (read(INCOME), "123456789018", Fault.INDIVIDUAL_NUMBER),
        (read(INCOME), "12.5", Fault.NUMBER),
        (read(INCOME), "①", 1),
        (read(INCOME), "٣", Fault.NUMBER),
        (plain("date"), "令和8年4月1日", "2026-04-01"),
        (plain("date"), "2026-02-30", Fault.DATE),
        (plain("flag"), "はい", True),
        (plain("flag"), "０", False),
        (plain("flag"), "たぶん", Fault.FLAG),
    ],
)
def test_value_is_read_by_its_type(definition, text, stored):
    assert values.read(definition, text) == stored
    if not isinstance(stored, Fault):
        assert values.read(definition, values.write(stored)) == stored


def test_closed_choice_is_refused_but_for_what_was_said_before():
    closed = read(
        PEP | {"choice": [*PEP["choice"][:2], {"value": "family", "label": "家族", "closed": True}]}
    )
    assert values.read(closed, "家族") is Fault.CLOSED
    assert values.read(closed, "家族", takes_closed=True) == "family"


def test_value_is_put_into_words():
    assert values.words(read(PEP), "self") == "本人"
    assert values.words(read(INCOME), 12_000) == "12,000"
    assert values.words(plain("flag"), stored=False) == "いいえ"
    assert values.words(read(PEP | {"type": "list"}), ["self", "family"]) == "本人・家族"


def test_every_type_and_every_fault_has_its_words():
    assert set(values.FAULT_WORDS) == set(Fault)
    assert {plain(kind, **_needed(kind)).type for kind in Type} == set(Type)


def _needed(kind: Type) -> dict[str, object]:
    if kind is Type.NUMBER:
        return {"least": 0, "most": 9}
    return {"choice": PEP["choice"]} if kind in (Type.CHOICE, Type.LIST) else {}


def test_versions_are_compared_in_words():
    new = read(
        PEP | {"label": "外国PEPs", "choice": [*PEP["choice"], {"value": "associate", "label": "関係者"}]}
    )
    assert changes(read(PEP), new) == (
        Change("名称", "外国の重要な公的地位", "外国PEPs"),
        Change("選択肢 associate", "", "関係者"),
    )
    assert Change("種類", "", "整数") in changes(None, read(INCOME))


def test_digest_names_the_content_and_the_version():
    assert digest_of(read(PEP), 1) == digest_of(read(PEP), 1)
    assert len({digest_of(read(PEP), 1), digest_of(read(PEP), 2), digest_of(read(INCOME), 1)}) == 3
