"""Scope and intervals give a year's work, month by month; changes of a scorecard read in words."""

from datetime import date

from keizoku.risk.rules.changes import Change, changes
from keizoku.risk.rules.reading import parse_scorecard
from keizoku.risk.rules.scale import Level
from keizoku.risk.rules.workload import Month, Scope, workload
from keizoku.risk.tests.people import TODAY
from keizoku.risk.tests.test_rules import SMALL

SCOPE = Scope({Level.HIGH: 6, Level.MEDIUM: 24, Level.LOW: 36}, frozenset({Level.HIGH}), 100, 1000, 20)


def test_who_is_asked_twice_a_year_counts_twice_and_the_overdue_at_once() -> None:
    found = workload([(Level.HIGH, date(2020, 1, 1), 3), (Level.HIGH, date(2026, 1, 15), 2)], SCOPE, TODAY)
    assert len(found) == 12
    busy = [month for month in found if month.contacts]
    assert busy == [
        Month(date(2026, 4, 1), 3, 1, 1300, {"high": 3}),
        Month(date(2026, 7, 1), 2, 1, 1200, {"high": 2}),
        Month(date(2026, 10, 1), 3, 1, 1300, {"high": 3}),
        Month(date(2027, 1, 1), 2, 1, 1200, {"high": 2}),
    ]


def test_levels_out_of_scope_are_not_counted() -> None:
    found = workload([(Level.LOW, date(2020, 1, 1), 3)], SCOPE, TODAY)
    assert sum(month.contacts for month in found) == 0


def test_equal_scorecards_have_no_changes() -> None:
    assert changes(parse_scorecard(SMALL), parse_scorecard(SMALL.replace("= 7", "= 8"))) == ()


def test_changes_name_place_before_and_after() -> None:
    new = parse_scorecard(
        SMALL.replace("high = 20", "high = 30").replace("points = 9", "points = 8").replace("遠い国", "遠国")
    )
    assert changes(parse_scorecard(SMALL), new) == (
        Change("全体", "「高」になる点数", "20点以上", "30点以上"),
        Change("国籍", "規則", "", "遠国：国籍が北朝鮮のいずれか → 1点、「高」以上とする"),
        Change("国籍", "規則", "国外：国籍が日本以外 → 9点", "国外：国籍が日本以外 → 8点"),
        Change("国籍", "規則", "遠い国：国籍が北朝鮮のいずれか → 1点、「高」以上とする", ""),
    )
