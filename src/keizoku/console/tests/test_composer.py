"""The composer of conditions: whatever was typed comes back, and whatever was saved can be shown and changed."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keizoku.campaigns.audiences.groups import grouped
from keizoku.console.forms.composer import posting, reading, writing
from keizoku.console.forms.composer.nodes import MOST_LEVELS, MOST_PARTS, Group, Line, edited
from keizoku.console.forms.composer.operators import NOT, Entry, entry, offered
from keizoku.console.forms.composer.showing import ShownGroup, pickable, shown
from keizoku.customers.countries import NAMES
from keizoku.kernel.conditions import (
    All,
    Any,
    Compare,
    Field,
    FieldType,
    Not,
    Operator,
    holds,
    parse,
    registry,
    to_json,
)

FIELDS = registry(
    Field("level", FieldType.TEXT, "リスク", "s.level", {"high": "高", "medium": "中", "low": "低"}),
    Field("nationality", FieldType.TEXT, "国籍", "f.nationality", NAMES),
    Field("branch", FieldType.TEXT, "支店番号", "f.branch"),
    Field("points", FieldType.NUMBER, "点数", "s.points"),
    Field("prefecture", FieldType.NUMBER, "都道府県", "f.prefecture", {1: "北海道", 13: "東京都"}),
    Field("due_on", FieldType.DATE, "確認期日", "s.due_on"),
    Field("has_mobile", FieldType.FLAG, "携帯電話", "f.has_mobile"),
    Field("products", FieldType.LIST, "商品", "f.products", {"deposit": "普通預金", "fund": "投資信託"}),
    Field(
        "silent_in", FieldType.SET, "回答のなかった", "EXISTS ({member})", {1: "春", 2: "秋"}, "r.campaign_id"
    ),
)
TODAY = date(2026, 11, 22)
VALUES = {
    "level": st.sampled_from(["high", "medium", "low"]),
    "nationality": st.sampled_from(["JPN", "VNM", "CIV", "PRK"]),
    "branch": st.sampled_from(["001", "002"]),
    "points": st.integers(-3, 3),
    "prefecture": st.sampled_from([1, 13]),
    "products": st.sampled_from(["deposit", "fund"]),
    "silent_in": st.sampled_from([1, 2]),
}
DAYS = st.integers(-40, 40).map(lambda days: TODAY + timedelta(days=days))


def several(name):
    return st.lists(VALUES[name], min_size=1, max_size=3, unique=True).map(tuple)


LEAVES = st.one_of(
    st.builds(Compare, st.sampled_from(sorted(FIELDS)), st.just(Operator.IS_MISSING)),
    *(
        st.builds(
            Compare, st.just(name), st.sampled_from([Operator.EQUALS, Operator.NOT_EQUALS]), VALUES[name]
        )
        for name in ("level", "nationality", "branch", "points", "prefecture")
    ),
    *(
        st.builds(Compare, st.just(name), st.just(Operator.ONE_OF), several(name))
        for name in ("level", "nationality", "branch", "prefecture")
    ),
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
    st.builds(Compare, st.just("has_mobile"), st.just(Operator.EQUALS), st.booleans()),
    st.builds(Compare, st.just("products"), st.just(Operator.CONTAINS), VALUES["products"]),
    st.builds(Compare, st.just("silent_in"), st.just(Operator.ANY_OF), several("silent_in")),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(tuple).map(All),
        st.lists(inner, min_size=1, max_size=3).map(tuple).map(Any),
        inner.map(Not),
    ),
    max_leaves=6,
)
ROWS = st.fixed_dictionaries(
    {
        "level": st.none() | VALUES["level"],
        "nationality": st.just("") | VALUES["nationality"],
        "branch": VALUES["branch"],
        "points": st.none() | VALUES["points"],
        "prefecture": VALUES["prefecture"],
        "due_on": st.none() | DAYS,
        "has_mobile": st.booleans(),
        "products": st.lists(VALUES["products"], max_size=2),
        "silent_in": st.lists(VALUES["silent_in"], max_size=2),
    }
)


def posted(root):
    query = QueryDict(mutable=True)
    for name, values in posting.posts(root).items():
        query.setlist(name, values)
    return query


def depth(root):
    return 1 + max((depth(part) for part in root.parts), default=0) if isinstance(root, Group) else 0


# -- the law: a tree, its form, its post and the tree again say the same


# A strategy for a tree takes its time on a busy machine; the examples are small.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@UNHURRIED
@given(condition=CONDITIONS, rows=st.lists(ROWS, min_size=1, max_size=10))
def test_tree_that_was_shown_and_posted_chooses_the_same_people(condition, rows) -> None:
    form = reading.group(condition, FIELDS)
    written = writing.written(form, FIELDS)

    assert written.errors == {}
    assert parse(to_json(written.condition), FIELDS) == written.condition
    assert [holds(written.condition, row, TODAY) for row in rows] == [
        holds(condition, row, TODAY) for row in rows
    ]


@UNHURRIED
@given(condition=CONDITIONS)
def test_form_survives_its_post_and_writing_twice_changes_nothing(condition) -> None:
    form = reading.group(condition, FIELDS)
    if depth(form) <= MOST_LEVELS:
        assert posting.read(posted(form)) == form
    once = writing.written(form, FIELDS).condition
    assert writing.written(reading.group(once, FIELDS), FIELDS).condition == once


def test_saved_groups_come_back_as_they_were_written() -> None:
    document = {
        "all": [
            {"field": "due_on", "operator": "within_days", "value": 30},
            {
                "any": [
                    {"field": "products", "operator": "contains", "value": name}
                    for name in ("deposit", "fund")
                ]
            },
            {"not": {"any": [{"field": "level", "operator": "one_of", "value": ["low", "high"]}]}},
            {"not": {"field": "nationality", "operator": "one_of", "value": ["VNM", "CIV"]}},
        ]
    }
    form = reading.group(parse(document, FIELDS), FIELDS)

    assert to_json(writing.written(form, FIELDS).condition) == document
    assert form.parts[1] == Line("products", "contains", ("deposit", "fund"))
    assert form.parts[2] == Group("no:any", (Line("level", "one_of", ("low", "high")),))


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_every_way_to_compare_that_is_offered_writes_a_condition(field) -> None:
    typed = {
        Entry.NOTHING: (),
        Entry.BOXES: tuple(str(value) for value in field.choices),
        Entry.NAMES: ("ベトナム、ＪＰＮ",),
        Entry.TEXT: ("００１、002",),
        Entry.NUMBER: ("１２",),
        Entry.DAYS: ("３０",),
        Entry.DATE: ("令和8年4月1日",),
    }
    for key, words in offered(field):
        line = Line(field.name, key, typed[entry(field, key)])
        written = writing.written(Group("all", (line,)), FIELDS)
        assert written.errors == {}, words
        assert parse(to_json(written.condition), FIELDS) == written.condition


def test_every_country_can_be_typed_by_its_name() -> None:
    for code, name in NAMES.items():
        found = writing.line(FIELDS["nationality"], Line("nationality", "one_of", (name,)))
        assert found == Compare("nationality", Operator.ONE_OF, (code,))


# -- what people type


@pytest.mark.parametrize(
    ("line", "value"),
    [
        (Line("due_on", "before", ("令和8年4月1日",)), date(2026, 4, 1)),
        (Line("due_on", "before", ("Ｒ８．４．１",)), date(2026, 4, 1)),
        (Line("due_on", "on_or_after", ("２０２６／４／１",)), date(2026, 4, 1)),
        (Line("due_on", "within_days", ("３０日",)), 30),
        (Line("points", "at_least", ("－３",)), -3),
        (Line("branch", "one_of", ("００１　002、003",)), ("001", "002", "003")),
        (Line("nationality", "one_of", ("ベトナム、vnm、ネパール",)), ("VNM", "NPL")),
    ],
)
def test_dates_numbers_and_names_are_read_as_people_write_them(line, value) -> None:
    found = writing.line(FIELDS[line.field], line)
    assert isinstance(found, Compare)
    assert found.value == value


@pytest.mark.parametrize(
    ("line", "name", "words"),
    [
        (Line(), "c_0_field", "項目を選んでください"),
        (Line("due_on", "at_least", ("3",)), "c_0_operator", "比べ方"),
        (Line("due_on", "before", ("来月",)), "c_0_value", "2026-04-01、令和8年4月1日"),
        (Line("due_on", "within_days", ("-1",)), "c_0_value", "0から36,500まで"),
        (Line("points", "at_least", ("たくさん",)), "c_0_value", "数字で入力"),
        (Line("level", "one_of", ()), "c_0_value", "1つ以上選んで"),
        (Line("level", "equals", ("high", "low")), "c_0_value", "1つだけ"),
        (
            Line("nationality", "one_of", ("アトランティス、日本",)),
            "c_0_value",
            "「アトランティス」が見つかりません",
        ),
        (Line("branch", "one_of", ("",)), "c_0_value", "「、」で区切ります"),
        (Group("any", ()), "c_0_word", "条件がありません"),
    ],
)
def test_fault_stands_at_its_condition_and_the_rest_is_read(line, name, words) -> None:
    good = Line("has_mobile", "yes")
    written = writing.written(Group("all", (line, good)), FIELDS)
    assert list(written.errors) == [name]
    assert words in written.errors[name]
    assert written.condition == All((Compare("has_mobile", Operator.EQUALS, value=True),))


# -- buttons

TREE = Group("all", (Line("level"), Group("any", (Line("points"), Line("branch"))), Line("due_on")))


def fields_of(root):
    return [part.field if isinstance(part, Line) else fields_of(part) for part in root.parts]


@pytest.mark.parametrize(
    ("act", "after"),
    [
        ("add:c", ["level", ["points", "branch"], "due_on", ""]),
        ("add:c_1", ["level", ["points", "branch", ""], "due_on"]),
        ("group:c", ["level", ["points", "branch"], "due_on", [""]]),
        ("remove:c_1_0", ["level", ["branch"], "due_on"]),
        ("remove:c_1", ["level", "due_on"]),
        ("up:c_2", ["level", "due_on", ["points", "branch"]]),
        ("down:c_1_0", ["level", ["branch", "points"], "due_on"]),
        ("out:c_1_1", ["level", ["points"], "branch", "due_on"]),
        ("up:c_0", ["level", ["points", "branch"], "due_on"]),
        ("out:c_0", ["level", ["points", "branch"], "due_on"]),
        ("add:c_9", ["level", ["points", "branch"], "due_on"]),
        ("explode:c", ["level", ["points", "branch"], "due_on"]),
        ("add:d_0", ["level", ["points", "branch"], "due_on"]),
        ("look", ["level", ["points", "branch"], "due_on"]),
    ],
)
def test_buttons_change_one_place(act, after) -> None:
    assert fields_of(edited(TREE, act)) == after


def test_another_field_starts_its_line_anew() -> None:
    form = posted(Group("all", (Line("level", "one_of", ("high",)),)))
    form["c_0_field"] = "due_on"
    assert posting.read(form).parts == (Line("due_on"),)


def test_no_post_makes_the_tree_deeper_or_longer_than_the_screen() -> None:
    deep = QueryDict(mutable=True)
    for level in range(MOST_LEVELS + 3):
        name = "_".join(["c"] + ["0"] * level)
        deep[f"{name}_word"], deep[f"{name}_parts"] = "all", "9999" if level == 1 else "999"
    root = posting.read(deep)
    assert len(root.parts) == MOST_PARTS
    assert fields_of(root)[0] == []  # four digits are no count
    assert posting.read(QueryDict()) == Group()


def test_everything_is_drawn_with_its_place_and_no_field_is_in_two_groups() -> None:
    drawn = shown(TREE, FIELDS, {"c_0_value": "選んでください"})
    assert [part.place for part in drawn.parts] == ["1", "2", "3"]
    group = drawn.parts[1]
    assert isinstance(group, ShownGroup)
    assert group.parts[1].place == "2-2"
    assert drawn.parts[0].error == "選んでください"
    names = [name for _, options in pickable(grouped(FIELDS)) for name, _ in options]
    assert sorted(names) == sorted(FIELDS)
    assert NOT not in names
