"""Scorecards read, customers rated, dates set: pure."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keizoku.customers.attributes.rules.reading import read
from keizoku.customers.contact import fields as contact
from keizoku.customers.errors import AttributeInvalid
from keizoku.customers.models import Fact
from keizoku.kernel.conditions import All
from keizoku.risk import confirmations
from keizoku.risk.errors import ScorecardInvalid
from keizoku.risk.fields import AUDIENCE_FIELDS, FACT_FIELDS
from keizoku.risk.rules.codes import decode, decode_missing, encode, encode_missing
from keizoku.risk.rules.due import Due, due_date, months_later
from keizoku.risk.rules.holding import Bounds, Settled, hold
from keizoku.risk.rules.rating import Reason, rate
from keizoku.risk.rules.reading import parse_scorecard
from keizoku.risk.rules.scale import DueBasis, EventKind, Level, LevelBasis
from keizoku.risk.rules.scorecard import Rule, Scorecard
from keizoku.risk.rules.words import missing_words, reason_words
from keizoku.risk.tests.people import ATTRIBUTES, FACTS, PLAIN, TODAY

STANDARD_TEXT = (Path(__file__).parents[1] / "scorecards" / "standard-1.toml").read_text(encoding="utf-8")
ATTRIBUTE_FACTOR = """
[[factor]]
id = "income"
label = "年収"
category = "customer"
[[factor.rule]]
label = "年収が大きい"
when = { income = { at_least = 50_000 } }
points = 30
"""
STANDARD = parse_scorecard(STANDARD_TEXT)
MONTHS = STANDARD.interval_months

SMALL = """
version = 7
title = "小さな表"
[levels]
medium = 10
high = 20
[lists]
far = ["PRK"]
[[factor]]
id = "nationality"
label = "国籍"
category = "geography"
points_when_missing = 4
[[factor.rule]]
label = "遠い国"
when = { nationality = { in_list = "far" } }
points = 1
floor = "high"
[[factor.rule]]
label = "国外"
when = { nationality = { not_equals = "JPN" } }
points = 9
"""


# -- reading


def test_a_small_scorecard_is_read_whole() -> None:
    scorecard = parse_scorecard(SMALL)
    assert (scorecard.version, scorecard.title) == (7, "小さな表")
    assert scorecard.thresholds == {Level.MEDIUM: 10, Level.HIGH: 20}
    assert scorecard.interval_months == {Level.HIGH: 12, Level.MEDIUM: 24, Level.LOW: 36}
    assert [rule.points for rule in scorecard.factor("nationality").rules] == [1, 9]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("version = 7", "version = ", 2, "TOML"),
        ("version = 7", "version = 0", 2, "version"),
        ("high = 20", "high = 10", 6, "[levels]"),
        ("medium = 10", "medium = 10\nsevere = 30", 4, "severe"),
        ('category = "geography"', 'category = "weather"', 10, "weather"),
        ('category = "geography"', 'category = "geography"\nweight = 2', 10, "weight"),
        ('id = "nationality"', 'id = "Nationality!"', 10, "Nationality!"),
        ("points_when_missing = 4", "points_when_missing = 0", 10, "points_when_missing"),
        ("points_when_missing = 4", 'points_when_missing = 4\nmissing_when = "never"', 10, "never"),
        ('in_list = "far"', 'in_list = "near"', 10, "規則1"),
        ('not_equals = "JPN"', 'not_equals = "XXX"', 10, "規則2"),
        ("nationality = { not", "colour = { not", 10, "colour"),
        ("points = 9", "points = -9", 10, "規則2"),
        ('floor = "high"', 'floor = "severe"', 10, "severe"),
        ('when = { nationality = { not_equals = "JPN" } }', "when = {}", 10, "規則2"),
    ],
)
def test_a_fault_is_named_with_its_line_and_factor(old: str, new: str, line: int | None, words: str) -> None:
    assert old in SMALL
    with pytest.raises(ScorecardInvalid) as refused:
        parse_scorecard(SMALL.replace(old, new))
    assert refused.value.line == line
    assert words in refused.value.message


def test_no_attribute_can_take_the_name_of_a_field() -> None:
    for name in AUDIENCE_FIELDS:
        document = {"name": name, "type": "flag", "label": "項目", "about_suspicion": False}
        with pytest.raises(AttributeInvalid, match="名前"):
            read(document)


def test_scorecard_names_attributes_and_refuses_unknown_ones_by_name() -> None:
    text = SMALL + ATTRIBUTE_FACTOR
    scorecard = parse_scorecard(text, ATTRIBUTES)
    assert [one.name for one in scorecard.attributes] == ["income"]
    with pytest.raises(ScorecardInvalid, match="「income」という項目はありません"):
        parse_scorecard(text)


def test_missing_attribute_never_scores_nothing_and_makes_the_rating_provisional() -> None:
    scorecard = parse_scorecard(SMALL + ATTRIBUTE_FACTOR, ATTRIBUTES)
    known = rate(scorecard, {**PLAIN, "income": 5}, TODAY)
    unknown = rate(scorecard, {**PLAIN, "income": None}, TODAY)
    assert ("income" in known.missing, "income" in unknown.missing) == (False, True)
    assert unknown.points - known.points == 30
    assert unknown.is_provisional


def test_two_factors_with_one_id_are_refused() -> None:
    second = SMALL[SMALL.index("[[factor]]") :]
    with pytest.raises(ScorecardInvalid, match="同じ id"):
        parse_scorecard(SMALL + second)


def test_the_fields_of_a_scorecard_are_the_facts_of_the_record() -> None:
    assert set(FACT_FIELDS) == {field.name for field in Fact._meta.fields} - {"customer", "attributes"}
    assert set(AUDIENCE_FIELDS) - set(FACT_FIELDS) == {
        "level",
        "points",
        "is_provisional",
        "due_on",
        "planned_on",
        "simplified",
        *confirmations.FIELDS,
        *contact.FIELDS,
    }


# -- rating


def test_the_heaviest_rule_of_a_factor_gives_points_and_any_floor_lifts() -> None:
    rating = rate(parse_scorecard(SMALL), {**PLAIN, "nationality": "PRK"}, TODAY)
    assert rating.reasons == (
        Reason("nationality", 2, 9, None),
        Reason("nationality", 1, 0, Level.HIGH),
    )
    assert (rating.points, rating.level, rating.is_provisional) == (9, Level.HIGH, False)


def test_a_missing_fact_is_never_nought_and_makes_the_rating_provisional() -> None:
    rating = rate(parse_scorecard(SMALL), {**PLAIN, "nationality": ""}, TODAY)
    assert rating.reasons == (Reason("nationality", None, 4, None),)
    assert (rating.points, rating.missing, rating.is_provisional) == (4, ("nationality",), True)


def test_a_plain_customer_is_low_and_has_no_reasons() -> None:
    rating = rate(STANDARD, PLAIN, TODAY)
    assert (rating.points, rating.level, rating.reasons, rating.missing) == (0, Level.LOW, (), ())


def test_reasons_read_in_japanese() -> None:
    facts = {**PLAIN, "nationality": "SYR", "residence_expires_on": date(2026, 5, 1), "occupation": ""}
    rating = rate(STANDARD, facts, TODAY)
    assert reason_words(STANDARD, rating.reasons) == (
        "国籍・地域：注意を要する国・地域（30点、リスクを「中」以上とする）",
        "在留期間：在留期限まで90日以内（10点）",
        "職業：情報がありません（10点）",
    )
    assert missing_words(STANDARD, rating.missing) == ("職業",)


@given(facts=FACTS)
def test_the_reasons_add_up_to_the_rating(facts) -> None:
    rating = rate(STANDARD, facts, TODAY)
    assert rating.points == sum(reason.points for reason in rating.reasons)
    assert all(reason.points or reason.floor for reason in rating.reasons)
    assert decode(STANDARD, encode(STANDARD, rating.reasons)) == rating.reasons
    assert decode_missing(STANDARD, encode_missing(STANDARD, rating.missing)) == rating.missing


@given(
    facts=FACTS,
    factor=st.integers(0, len(STANDARD.factors) - 1),
    place=st.integers(0, 3),
    points=st.integers(0, 100),
    floor=st.none() | st.sampled_from([Level.MEDIUM, Level.HIGH]),
)
def test_one_more_matching_rule_never_lowers_the_level(facts, factor, place, points, floor) -> None:
    before = rate(STANDARD, facts, TODAY)
    after = rate(_with_rule(factor, place, Rule("増やした規則", All(()), points, floor)), facts, TODAY)
    assert after.points >= before.points
    assert after.level.rank >= before.level.rank


def _with_rule(factor: int, place: int, rule: Rule) -> Scorecard:
    factors = list(STANDARD.factors)
    rules = list(factors[factor].rules)
    rules.insert(place, rule)
    factors[factor] = replace(factors[factor], rules=tuple(rules))
    return replace(STANDARD, factors=tuple(factors))


# -- due dates


def due(level: Level, confirmed: date | None, opened: date, expires: date | None = None) -> Due:
    return due_date(
        MONTHS, level, confirmed_on=confirmed, opened_on=opened, residence_expires_on=expires, today=TODAY
    )


@pytest.mark.parametrize(
    ("level", "on"),
    [(Level.HIGH, date(2026, 10, 1)), (Level.MEDIUM, date(2027, 10, 1)), (Level.LOW, date(2028, 10, 1))],
)
def test_the_interval_counts_from_the_last_confirmation(level: Level, on: date) -> None:
    assert due(level, date(2025, 10, 1), date(2000, 1, 1)) == Due(on, DueBasis.INTERVAL)


def test_without_a_confirmation_the_interval_counts_from_the_opening() -> None:
    assert due(Level.LOW, None, date(2020, 2, 29)) == Due(date(2023, 2, 28), DueBasis.NEVER_CONFIRMED)


def test_the_end_of_residence_pulls_the_date_ninety_days_before_it() -> None:
    assert due(Level.LOW, date(2025, 10, 1), date(2020, 1, 1), date(2026, 12, 31)) == Due(
        date(2026, 10, 2), DueBasis.RESIDENCE_EXPIRES
    )


@pytest.mark.parametrize(
    ("confirmed", "on"),
    [
        (date(2026, 1, 30), date(2026, 1, 31)),
        (date(2026, 1, 31), date(2026, 3, 2)),
        (date(2026, 3, 2), date(2026, 4, 1)),
        (date(2026, 4, 1), date(2026, 5, 1)),
    ],
)
def test_whoever_confirmed_within_those_days_is_asked_again_at_the_next_milestone(
    confirmed: date, on: date
) -> None:
    found = due(Level.LOW, confirmed, date(2020, 1, 1), date(2026, 5, 1))
    assert found == Due(on, DueBasis.RESIDENCE_EXPIRES)


@given(facts=FACTS, kind=st.sampled_from(list(EventKind)), days=st.integers(-900, 0))
def test_an_event_never_pushes_back(facts, kind, days) -> None:
    dates = {name: facts[name] for name in ("confirmed_on", "opened_on", "residence_expires_on")}
    without = due_date(MONTHS, Level.MEDIUM, today=TODAY, **dates)
    happened = (kind, TODAY + timedelta(days=days))
    found = due_date(
        MONTHS, Level.MEDIUM, today=TODAY, events=[happened], event_days=STANDARD.event_days, **dates
    )
    assert found.on <= without.on


def test_an_event_that_a_confirmation_answered_asks_no_more() -> None:
    mail = (EventKind.RETURNED_MAIL, date(2025, 10, 1))
    dates: dict[str, date | None] = {"residence_expires_on": None}
    found = due_date(
        MONTHS,
        Level.LOW,
        confirmed_on=date(2025, 10, 1),
        opened_on=date(2020, 1, 1),
        residence_expires_on=dates["residence_expires_on"],
        today=TODAY,
        events=[mail, (EventKind.DORMANCY, date(2026, 3, 1))],
        event_days=STANDARD.event_days,
    )
    assert found == Due(date(2026, 3, 31), DueBasis.EVENT)


# -- what holds


def test_a_rise_holds_at_once_and_a_fall_after_the_cool_down() -> None:
    risen = hold(Level.HIGH, Settled(Level.LOW), 30, Bounds(), TODAY)
    assert (risen.level, risen.basis, risen.settled) == (
        Level.HIGH,
        LevelBasis.SCORECARD,
        Settled(Level.HIGH),
    )
    fallen = hold(Level.LOW, risen.settled, 30, Bounds(), TODAY)
    assert (fallen.level, fallen.basis) == (Level.HIGH, LevelBasis.COOL_DOWN)
    assert fallen.settled == Settled(Level.HIGH, TODAY)
    waiting = hold(Level.LOW, fallen.settled, 30, Bounds(), TODAY + timedelta(days=29))
    assert waiting == fallen
    done = hold(Level.LOW, waiting.settled, 30, Bounds(), TODAY + timedelta(days=30))
    assert (done.level, done.basis, done.settled) == (Level.LOW, LevelBasis.SCORECARD, Settled(Level.LOW))


def test_bounds_hold_over_what_is_settled_and_leave_it_as_it_is() -> None:
    lifted = hold(Level.LOW, None, 30, Bounds(at_least=Level.HIGH, at_most=Level.LOW), TODAY)
    assert (lifted.level, lifted.basis, lifted.settled) == (Level.HIGH, LevelBasis.OTHER, Settled(Level.LOW))
    assert hold(Level.LOW, lifted.settled, 30, Bounds(), TODAY).level is Level.LOW


@given(
    scored=st.sampled_from(list(Level)),
    held=st.none() | st.sampled_from(list(Level)),
    least=st.sampled_from(list(Level)),
)
def test_no_level_holds_below_what_the_scorecard_says_unless_somebody_bounded_it(scored, held, least) -> None:
    earlier = Settled(held) if held else None
    assert hold(scored, earlier, 30, Bounds(at_least=least), TODAY).level.rank >= max(scored.rank, least.rank)


def test_an_end_of_residence_before_the_last_confirmation_asks_no_more() -> None:
    assert due(Level.LOW, date(2026, 3, 1), date(2020, 1, 1), date(2026, 2, 1)).basis is DueBasis.INTERVAL


def test_a_late_end_of_residence_never_pushes_back() -> None:
    assert due(Level.HIGH, date(2025, 10, 1), date(2020, 1, 1), date(2030, 1, 1)) == Due(
        date(2026, 10, 1), DueBasis.INTERVAL
    )


def test_a_confirmation_dated_ahead_counts_as_today() -> None:
    assert due(Level.HIGH, date(2029, 1, 1), date(2020, 1, 1)).on == date(2027, 4, 1)


@given(facts=FACTS, level=st.sampled_from(list(Level)))
def test_the_date_is_never_later_than_the_interval_allows(facts, level) -> None:
    last = min(facts["confirmed_on"] or facts["opened_on"], TODAY)
    on = due(level, facts["confirmed_on"], facts["opened_on"], facts["residence_expires_on"]).on
    assert last < on <= months_later(last, MONTHS[level]) + timedelta(0)
