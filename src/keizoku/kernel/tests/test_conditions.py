"""One condition, three readings: Python, SQL and Japanese."""

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from keizoku.kernel.conditions import (
    All,
    Any,
    Compare,
    ConditionError,
    Field,
    FieldType,
    Not,
    Operator,
    describe,
    fields_read,
    holds,
    parse,
    registry,
    to_json,
    to_sql,
)

TODAY = date(2026, 4, 1)
FIELDS = registry(
    Field("level", FieldType.TEXT, "リスク", "r.level", {"high": "高", "medium": "中", "low": "低"}),
    Field("branch", FieldType.TEXT, "支店", "r.branch"),
    Field("points", FieldType.NUMBER, "点数", "r.points"),
    Field("prefecture", FieldType.NUMBER, "都道府県", "r.prefecture", {1: "北海道", 13: "東京都"}),
    Field("due_on", FieldType.DATE, "期日", "r.due_on"),
    Field("remits", FieldType.FLAG, "外国送金", "r.remits"),
    Field("products", FieldType.LIST, "商品", "r.products", {"deposit": "普通預金", "fund": "投資信託"}),
    Field(
        "asked_in",
        FieldType.SET,
        "案内",
        "EXISTS (SELECT FROM jsonb_array_elements_text(r.asked_in) AS one (number) WHERE {member})",
        {1: "春の案内", 2: "秋の案内"},
        element="one.number::int",
    ),
)
COLUMNS = "level text, branch text, points int, prefecture int, due_on date, remits boolean, products jsonb, asked_in jsonb"
EMPTY = dict.fromkeys(FIELDS)


def compare(field: str, operator: str, *value: object) -> dict[str, object]:
    return {"field": field, "operator": operator, **({"value": value[0]} if value else {})}


# -- reading


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([], ""),
        ({}, "field"),
        ({"all": {}}, "all"),
        ({"any": []}, "any"),
        ({"all": [], "any": []}, ""),
        (
            {"all": [compare("level", "equals", "high"), {"not": compare("colour", "equals", "x")}]},
            "all[1].not.field",
        ),
        (compare("level", "resembles", "high"), "operator"),
        (compare("level", "at_least", "high"), "operator"),
        (compare("products", "equals", "fund"), "operator"),
        (compare("level", "equals", "severe"), "value"),
        (compare("level", "equals", 3), "value"),
        (compare("branch", "equals", ""), "value"),
        (compare("branch", "equals", "0\0"), "value"),
        (compare("level", "equals"), ""),
        (compare("level", "is_missing", True), ""),
        (compare("level", "one_of", []), "value"),
        (compare("level", "one_of", ["high", "severe"]), "value[1]"),
        (compare("points", "at_least", True), "value"),
        (compare("points", "at_least", 1.5), "value"),
        (compare("points", "at_least", 2**60), "value"),
        (compare("prefecture", "equals", 48), "value"),
        (compare("due_on", "before", "2026-02-30"), "value"),
        (compare("due_on", "before", "20260401"), "value"),
        (compare("due_on", "before", 5), "value"),
        (compare("due_on", "within_days", -1), "value"),
        (compare("due_on", "within_days", True), "value"),
        (compare("remits", "equals", 1), "value"),
        (compare("products", "contains", "gold"), "value"),
        (compare("due_on", "in_last_days", -1), "value"),
        (compare("asked_in", "any_of", []), "value"),
        (compare("asked_in", "any_of", [3]), "value[0]"),
        (compare("asked_in", "any_of", [True]), "value[0]"),
        (compare("asked_in", "any_of", 1), "value"),
        (compare("asked_in", "equals", 1), "operator"),
        ({**compare("level", "equals", "high"), "weight": 3}, ""),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(document: object, place: str) -> None:
    with pytest.raises(ConditionError) as refused:
        parse(document, FIELDS)
    assert refused.value.place == place
    assert refused.value.code == "kernel.condition_invalid"


def test_nesting_beyond_twelve_levels_is_refused() -> None:
    document = compare("level", "equals", "high")
    for _ in range(11):
        document = {"not": document}
    assert parse(document, FIELDS)
    with pytest.raises(ConditionError):
        parse({"not": document}, FIELDS)


def test_fields_read_are_those_of_every_branch() -> None:
    condition = parse(
        {"all": [compare("points", "at_most", 3), {"not": {"any": [compare("due_on", "is_missing")]}}]},
        FIELDS,
    )
    assert fields_read(condition) == {"points", "due_on"}


# -- words


def test_a_condition_reads_as_a_japanese_sentence() -> None:
    condition = parse(
        {
            "all": [
                compare("due_on", "within_days", 30),
                compare("level", "equals", "high"),
                {"any": [compare("products", "contains", "fund"), compare("remits", "equals", True)]},
                {"not": compare("prefecture", "one_of", [1, 13])},
            ]
        },
        FIELDS,
    )
    assert describe(condition, FIELDS) == (
        "期日が30日以内（経過を含む）、かつ リスクが高、"
        "かつ （商品に投資信託を含む、または 外国送金があり）、"
        "かつ （都道府県が北海道・東京都のいずれか）に当てはまらない"
    )


def test_dates_and_missing_values_read_as_people_say_them() -> None:
    assert (
        describe(parse(compare("due_on", "before", "2026-04-01"), FIELDS), FIELDS)
        == "期日が2026年4月1日より前"
    )
    assert describe(parse(compare("due_on", "older_than_days", 0), FIELDS), FIELDS) == "期日が今日より前"
    assert describe(parse(compare("due_on", "is_missing"), FIELDS), FIELDS) == "期日がない"
    assert describe(parse(compare("due_on", "in_last_days", 30), FIELDS), FIELDS) == "期日が過去30日以内"
    assert describe(parse(compare("due_on", "in_last_days", 0), FIELDS), FIELDS) == "期日が今日以降"
    assert (
        describe(parse(compare("asked_in", "any_of", [1, 2]), FIELDS), FIELDS)
        == "案内に春の案内・秋の案内のいずれかを含む"
    )
    assert describe(parse({"all": []}, FIELDS), FIELDS) == "すべて"


# -- holding


def test_a_comparison_with_a_missing_value_is_false_and_its_negation_true() -> None:
    for document in (
        compare("level", "not_equals", "high"),
        compare("points", "at_most", 1000),
        compare("due_on", "within_days", 1000),
        compare("remits", "equals", False),
        compare("products", "contains", "fund"),
    ):
        condition = parse(document, FIELDS)
        assert not holds(condition, EMPTY, TODAY)
        assert holds(Not(condition), EMPTY, TODAY)


def test_days_count_from_today_to_the_day() -> None:
    within = Compare("due_on", Operator.WITHIN_DAYS, 30)
    older = Compare("due_on", Operator.OLDER_THAN_DAYS, 30)
    lately = Compare("due_on", Operator.IN_LAST_DAYS, 30)
    on = {days: {"due_on": TODAY + timedelta(days=days)} for days in (-31, -30, 30, 31)}
    assert [holds(within, on[days], TODAY) for days in (-31, 30, 31)] == [True, True, False]
    assert [holds(older, on[days], TODAY) for days in (-31, -30)] == [True, False]
    assert [holds(lately, on[days], TODAY) for days in (-31, -30, 30)] == [False, True, True]


def test_an_empty_text_and_an_empty_list_are_missing() -> None:
    assert holds(Compare("level", Operator.IS_MISSING), {"level": ""}, TODAY)
    assert holds(Compare("products", Operator.IS_MISSING), {"products": []}, TODAY)
    assert not holds(Compare("points", Operator.IS_MISSING), {"points": 0}, TODAY)
    assert not holds(Compare("remits", Operator.IS_MISSING), {"remits": False}, TODAY)


# -- the law: Python and SQL agree on every row, and the document survives the round trip

DAYS = st.integers(-40, 40).map(lambda days: TODAY + timedelta(days=days))
LEVELS = st.sampled_from(["high", "medium", "low"])
BRANCHES = st.sampled_from(["001", "%s", "支店'\"", "渡邊", "A"])
ROWS = st.fixed_dictionaries(
    {
        "level": st.none() | st.just("") | LEVELS,
        "branch": st.none() | st.just("") | BRANCHES,
        "points": st.none() | st.integers(-3, 3),
        "prefecture": st.none() | st.sampled_from([1, 13]),
        "due_on": st.none() | DAYS,
        "remits": st.none() | st.booleans(),
        "products": st.none() | st.lists(st.sampled_from(["deposit", "fund"]), max_size=2),
        "asked_in": st.lists(st.sampled_from([1, 2]), max_size=2),
    }
)
VALUES = {
    "level": LEVELS,
    "branch": BRANCHES,
    "points": st.integers(-3, 3),
    "prefecture": st.sampled_from([1, 13]),
}
LEAVES = st.one_of(
    st.builds(Compare, st.sampled_from(sorted(FIELDS)), st.just(Operator.IS_MISSING)),
    *[
        st.builds(Compare, st.just(name), st.sampled_from([Operator.EQUALS, Operator.NOT_EQUALS]), values)
        for name, values in VALUES.items()
    ],
    *[
        st.builds(
            Compare,
            st.just(name),
            st.just(Operator.ONE_OF),
            st.lists(values, min_size=1, max_size=3).map(tuple),
        )
        for name, values in VALUES.items()
    ],
    st.builds(
        Compare, st.just("points"), st.sampled_from([Operator.AT_LEAST, Operator.AT_MOST]), VALUES["points"]
    ),
    st.builds(Compare, st.just("due_on"), st.sampled_from([Operator.BEFORE, Operator.ON_OR_AFTER]), DAYS),
    st.builds(
        Compare,
        st.just("due_on"),
        st.sampled_from([Operator.WITHIN_DAYS, Operator.OLDER_THAN_DAYS, Operator.IN_LAST_DAYS]),
        st.integers(0, 40),
    ),
    st.builds(Compare, st.just("remits"), st.just(Operator.EQUALS), st.booleans()),
    st.builds(Compare, st.just("products"), st.just(Operator.CONTAINS), st.sampled_from(["deposit", "fund"])),
    st.builds(
        Compare,
        st.just("asked_in"),
        st.just(Operator.ANY_OF),
        st.lists(st.sampled_from([1, 2]), min_size=1, max_size=2).map(tuple),
    ),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple).map(All),
        st.lists(inner, min_size=1, max_size=3).map(tuple).map(Any),
        inner.map(Not),
    ),
    max_leaves=8,
)


@given(condition=CONDITIONS)
def test_a_condition_survives_being_written_and_read(condition) -> None:
    assert parse(json.loads(json.dumps(to_json(condition))), FIELDS) == condition
    assert describe(condition, FIELDS)


@pytest.mark.usefixtures("db")
@settings(max_examples=120)
@given(conditions=st.lists(CONDITIONS, min_size=1, max_size=8), rows=st.lists(ROWS, min_size=1, max_size=30))
def test_python_and_sql_agree_on_every_row(conditions, rows) -> None:
    columns, parameters = [], []
    for condition in conditions:
        sql, values = to_sql(condition, FIELDS, TODAY)
        columns.append(f"{sql} IS TRUE")
        parameters += values
    statement = f"""
        SELECT {", ".join(columns)}
        FROM ROWS FROM (jsonb_to_recordset(%s::jsonb) AS ({COLUMNS})) WITH ORDINALITY
             AS r(level, branch, points, prefecture, due_on, remits, products, asked_in, place)
        ORDER BY place
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, json.dumps(rows, default=str)])
        found = cursor.fetchall()
    assert found == [tuple(holds(condition, row, TODAY) for condition in conditions) for row in rows]
