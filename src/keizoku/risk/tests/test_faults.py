"""Scorecards that must not come into force: each refused with its line or name, and what to do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keizoku.risk.errors import ScorecardInvalid
from keizoku.risk.rules.rating import rate
from keizoku.risk.rules.reading import MOST_FACTORS, MOST_RULES, parse_scorecard
from keizoku.risk.tests.people import PLAIN, TODAY
from keizoku.risk.tests.test_rules import SMALL, STANDARD_TEXT

FACTOR = """
[[factor]]
id = "{id}"
label = "{id}"
category = "customer"
missing_when = "never"
{more}
"""
RULE = """
[[factor.rule]]
label = "{label}"
when = {when}
points = {points}
"""


def factor(name: str, *rules: tuple[str, int], more: str = "") -> str:
    written = [
        RULE.format(label=f"規則{place}", when=when, points=points)
        for place, (when, points) in enumerate(rules)
    ]
    return FACTOR.format(id=name, more=more) + "".join(written)


def refusal(text: str) -> ScorecardInvalid:
    with pytest.raises(ScorecardInvalid) as refused:
        parse_scorecard(text)
    assert refused.value.remedy
    return refused.value


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("high = 20", "high = 10", 6, "範囲が重なっています"),
        ("high = 20", "high = 9", 6, "範囲が重なっています"),
        ("medium = 10\n", "", 4, "medium"),
        ("medium = 10", "medium = 99999999999999999999", 5, "medium"),
        ("medium = 10\nhigh = 20\n", "", 4, "medium"),
        ("high = 20", "high = 20\nlow = 3", 4, "low"),
        ("version = 7", "version = 99999999999999999999", 2, "version"),
        ("version = 7", "version = 7\nversion = 8", 3, "TOML"),
        ("points = 9", "points = 1e9", 10, "規則2 points"),
        ("points = 9", f"points = {10**400}", 10, "規則2 points"),
        ("[lists]", "[interval_months]\nhigh = 48\n[lists]", None, "短い期間"),
        ('label = "国外"', 'label = "遠い国"', 10, "「遠い国」という名称の規則が2つ"),
        ("[lists]", "[lists]\nfar = []", 9, "TOML"),
        ('far = ["PRK"]', "far = []", 8, "空でない"),
        ('floor = "high"', 'floor = "medium"', 6, "どの組み合わせでも「高」になりません"),
    ],
)
def test_a_fault_of_the_whole_is_named_with_its_line(
    old: str, new: str, line: int | None, words: str
) -> None:
    assert old in SMALL
    found = refusal(SMALL.replace(old, new, 1))
    assert words in found.message
    assert line is None or found.line == line


def test_a_factor_cannot_refer_to_a_factor_so_that_no_circle_can_be_written() -> None:
    text = SMALL + factor("first", ("{ second = true }", 1)) + factor("second", ("{ has_email = true }", 2))
    found = refusal(text)
    assert "「second」という項目はありません。要素は要素を読めません" in found.message
    assert found.line == text.splitlines().index('id = "first"') + 1
    assert "要素は要素を読めません" in refusal(SMALL + factor("own", ("{ own = 3 }", 1))).message


def test_an_unknown_fact_is_named_with_the_line_of_its_factor() -> None:
    text = SMALL + factor("colour", ("{ hair = 'red' }", 1))
    found = refusal(text)
    assert "「hair」という項目はありません" in found.message
    assert found.line == text.splitlines().index('id = "colour"') + 1


def test_two_factors_of_one_name_are_refused() -> None:
    text = SMALL + factor("other", ("{ has_email = true }", 1)).replace('label = "other"', 'label = "国籍"')
    assert "「国籍」という名称の要素が2つ" in refusal(text).message


def test_too_much_is_refused_before_it_costs_anything() -> None:
    rules = [("{ has_email = true }", 1)] * (MOST_RULES + 1)
    assert "規則が多すぎます" in refusal(SMALL + factor("many", *rules)).message
    factors = "".join(factor(f"f{n}", ("{ has_email = true }", 1)) for n in range(MOST_FACTORS))
    assert "要素が多すぎます" in refusal(SMALL + factors).message
    assert "長すぎます" in refusal(SMALL + "#" * 200_000).message
    deep = "{ not = " * 3000 + "{ has_email = true }" + " }" * 3000
    assert "入れ子が深すぎます" in refusal(SMALL + factor("deep", (deep, 1))).message


# -- factors that only rise, or only fall, with a value

TENURE = factor(
    "tenure",
    ("{ not = { opened_on = { older_than_days = 365 } } }", 15),
    ("{ not = { opened_on = { older_than_days = 1095 } } }", 5),
    more='rises_with = "opened_on"',
)
AGE = factor(
    "age",
    ("{ birth_year = { at_most = 1940 } }", 20),
    ("{ birth_year = { at_most = 1960 } }", 10),
    more='falls_with = "birth_year"',
)


@pytest.mark.parametrize("text", [TENURE, AGE])
def test_a_factor_that_rises_or_falls_as_said_is_taken(text: str) -> None:
    read = parse_scorecard(SMALL + text).factors[1]
    assert (read.rises_with or read.falls_with) is not None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TENURE.replace("rises_with", "falls_with"), "軽くなっています"),
        (AGE.replace("at_most = 1960", "at_least = 1961"), "軽くなっています"),
        (AGE.replace("birth_year = { at_most = 1960 }", "has_email = true"), "だけを読む規則"),
        (AGE.replace('"birth_year"', '"nationality"'), "大小を比べられる項目"),
        (
            TENURE.replace("older_than_days = 1095", 'before = "2020-01-01"'),
            "混ぜると、増減を確かめられません",
        ),
    ],
)
def test_a_factor_that_is_not_monotonic_as_said_is_refused(text: str, words: str) -> None:
    assert words in refusal(SMALL + text).message


_STEPS = st.lists(
    st.tuples(st.integers(1900, 2020), st.integers(0, 50)), min_size=1, max_size=5, unique_by=lambda x: x[0]
)


@given(steps=_STEPS, years=st.lists(st.integers(1890, 2030), min_size=2, max_size=20))
def test_whatever_is_taken_as_rising_never_falls_with_its_value(steps, years) -> None:
    rules = [(f"{{ birth_year = {{ at_least = {year} }} }}", points) for year, points in steps]
    rules.append(("{ birth_year = { at_most = 1950 } }", 1))
    text = SMALL + factor("age", *rules, more='rises_with = "birth_year"')
    try:
        scorecard = parse_scorecard(text)
    except ScorecardInvalid:
        return
    ratings = [rate(scorecard, {**PLAIN, "birth_year": year}, TODAY) for year in sorted(years)]
    points = [rating.points for rating in ratings]
    assert points == sorted(points)
    assert [one.level.rank for one in ratings] == sorted(one.level.rank for one in ratings)


def test_the_standard_scorecard_is_taken() -> None:
    assert parse_scorecard(STANDARD_TEXT).factors
