"""A scorecard as one SQL statement over all facts, equal row by row to ``rules.rating``, ``holding`` and ``due``.

The statement nests queries. The innermost asks each factor's conditions, heaviest rule first, and keeps only the
number of the rule that counts; the next turns numbers into points, floor and reasons; then come what the scorecard says,
what is settled after the cool-down, what holds within the bounds of circumstances, and the due date. Every text that it
writes into SQL is a number, an enumerated word or a factor's id, which the reader of scorecards holds to
[a-z0-9_]; values travel as parameters. A property test holds the two paths equal.
"""

from dataclasses import dataclass
from datetime import date

from keizoku.kernel.conditions import Condition, Fields, to_sql
from keizoku.kernel.conditions.sql import Parameter
from keizoku.risk.rules.codes import code
from keizoku.risk.rules.scale import DAYS_BEFORE_RESIDENCE_EXPIRES, DueBasis, Level, LevelBasis
from keizoku.risk.rules.scorecard import UNKNOWN, Factor, Scorecard


@dataclass(frozen=True, slots=True)
class Statement:
    """A query with ``%s`` places and their values.

    Its columns: customer_id, points, scored_level, settled_level, lower_since, level, level_basis, is_provisional,
    reasons and missing (int[], ``rules.codes``), last (the confirmation that counts), due_on, due_basis;
    and ``COLUMNS_BEFORE``.
    """

    sql: str
    parameters: tuple[Parameter, ...]


# What stood before this rating, for whoever writes only what differs.
COLUMNS_BEFORE = {
    "rating_id": "earlier_id",
    "level": "earlier_level",
    "due_on": "earlier_due_on",
    "due_basis": "earlier_due_basis",
    "settled_level": "earlier_settled_level",
    "lower_since": "earlier_lower_since",
}


def compile_scorecard(scorecard: Scorecard, today: date, *, first: int, last: int) -> Statement:
    """Rate the active customers with ids from ``first`` to ``last``."""
    matches = _Matches(today, scorecard.fields)
    for index, factor in enumerate(scorecard.factors):
        matches.ask(index, factor)
    factors = list(enumerate(scorecard.factors))
    points = " + ".join(_points(index, factor) for index, factor in factors)
    floors = ", ".join(["0", *(_floor(index, factor) for index, factor in factors if factor.by_floor)])
    reasons = ", ".join(text for index, factor in factors for text in _reasons(index, factor))
    missing = ", ".join(_missing(index, factor) for index, factor in factors)
    before = ", ".join(COLUMNS_BEFORE.values())
    # OFFSET 0 keeps the planner from folding a query into the next, which would ask every condition many times over.
    # The range is said of every table, so that the planner may walk each once in the order of customers.
    sql = f"""
        SELECT customer_id, points, {_level("scored")} AS scored_level, {_level("settled")} AS settled_level,
               CASE WHEN settled > scored THEN coalesce(since, today) END AS lower_since,
               {_level("rank")} AS level,
               CASE WHEN rank <> settled THEN '{LevelBasis.OTHER}' WHEN settled <> scored THEN '{LevelBasis.COOL_DOWN}'
                    ELSE '{LevelBasis.SCORECARD}' END AS level_basis,
               missing <> '{{}}' AS is_provisional,
               reasons, missing, last, least(interval_on, residence_on, event_on) AS due_on,
               CASE WHEN event_on < least(interval_on, residence_on) THEN '{DueBasis.EVENT}'
                    WHEN residence_on < interval_on THEN '{DueBasis.RESIDENCE_EXPIRES}'
                    WHEN confirmed_on IS NULL THEN '{DueBasis.NEVER_CONFIRMED}'
                    ELSE '{DueBasis.INTERVAL}' END AS due_basis, {before}
        FROM (
            SELECT bounded.*,
                   CASE {_residence()} END AS residence_on,
                   (last + {_interval(scorecard)})::date AS interval_on
            FROM (
              SELECT judged.*, greatest(least(settled, at_most), at_least) AS rank
              FROM (
                SELECT weighed.*,
                       CASE WHEN scored >= held OR held IS NULL THEN scored
                            WHEN coalesce(since, today) + {scorecard.cool_down_days} <= today THEN scored
                            ELSE held END AS settled
                FROM (
                  SELECT summed.*, greatest(floor, {_reached(scorecard)}) AS scored
                  FROM (
                    SELECT customer_id, confirmed_on, last, expires, today, held, since, at_least, at_most, event_on,
                           {before}, {points} AS points, greatest({floors}) AS floor,
                           array_remove(ARRAY[{reasons}]::int[], NULL) AS reasons,
                           array_remove(ARRAY[{missing}]::int[], NULL) AS missing
                    FROM (
                        SELECT {", ".join(matches.columns)}
                        FROM customers_fact f
                        JOIN customers_customer c ON c.id = f.customer_id AND c.state = 'active' AND c.id BETWEEN %s AND %s
                        LEFT JOIN risk_standing s ON s.customer_id = f.customer_id AND s.customer_id BETWEEN %s AND %s
                        CROSS JOIN LATERAL ({_BOUNDS}) b
                        CROSS JOIN LATERAL ({_events(scorecard)}) e
                        WHERE f.customer_id BETWEEN %s AND %s
                        OFFSET 0
                    ) matched
                    OFFSET 0
                  ) summed
                ) weighed
              ) judged
            ) bounded
        ) dated
    """  # noqa: S608 - see the module's docstring
    around = (first, last, first, last, today, today, first, last)
    return Statement(sql, (*matches.parameters, *around))


def _rank_of(column: str) -> str:
    cases = " ".join(f"WHEN '{level}' THEN {level.rank}" for level in Level)
    return f"CASE {column} {cases} END"


# Both look one customer up by index, whatever the planner believes of tables that may be empty or large.
_BOUNDS = f"""
    SELECT max({_rank_of("level")}) FILTER (WHERE bound = 'at_least') AS at_least,
           min({_rank_of("level")}) FILTER (WHERE bound = 'at_most') AS at_most
    FROM risk_circumstance
    WHERE customer_id = f.customer_id AND state = 'in_force' AND %s BETWEEN from_on AND until_on
"""  # noqa: S608 - our own words


def _events(scorecard: Scorecard) -> str:
    """The earliest day that an event behind the last confirmation asks for; kinds without days ask nothing."""
    days = " ".join(f"WHEN '{kind}' THEN {after}" for kind, after in scorecard.event_days.items())
    return f"""
        SELECT min(v.occurred_on + CASE v.kind {days} END) AS event_on
        FROM risk_event v
        WHERE v.customer_id = f.customer_id AND v.occurred_on > least(coalesce(f.confirmed_on, f.opened_on), %s)
    """  # noqa: S608 - see the module's docstring


def _residence() -> str:
    """The first of the days around the end of residence that lies behind the last confirmation."""
    return " ".join(
        f"WHEN last < expires - {days} THEN expires - {days}"
        for days in DAYS_BEFORE_RESIDENCE_EXPIRES.values()
    )


class _Matches:
    """Columns of the innermost query: the dates, what held before, the bounds;
    and of factor 3 ``heaviest3``, ``highest3`` and ``missing3``.
    """

    def __init__(self, today: date, fields: Fields) -> None:
        self._today, self._fields = today, fields
        self.columns = [
            "f.customer_id",
            "f.confirmed_on",
            "f.residence_expires_on AS expires",
            "least(coalesce(f.confirmed_on, f.opened_on), %s) AS last",
            "%s::date AS today",
            f"{_rank_of('s.settled_level')} AS held",
            "s.lower_since AS since",
            f"coalesce(b.at_least, {Level.LOW.rank}) AS at_least",
            f"coalesce(b.at_most, {Level.HIGH.rank}) AS at_most",
            "e.event_on",
            *(f"s.{column} AS {name}" for column, name in COLUMNS_BEFORE.items()),
        ]
        self.parameters: list[Parameter] = [today, today]

    def ask(self, index: int, factor: Factor) -> None:
        self._choose(f"heaviest{index}", factor, factor.by_points)
        self._choose(f"highest{index}", factor, factor.by_floor)
        if factor.missing_when is not None:
            self.columns.append(f"{self._sql(factor.missing_when)} AS missing{index}")

    def _choose(self, column: str, factor: Factor, numbers: tuple[int, ...]) -> None:
        """The first of ``numbers`` whose condition holds."""
        if numbers:
            cases = " ".join(
                f"WHEN {self._sql(_condition(factor, number))} THEN {number}" for number in numbers
            )
            self.columns.append(f"CASE {cases} END AS {column}")

    def _sql(self, condition: Condition) -> str:
        sql, parameters = to_sql(condition, self._fields, self._today)
        self.parameters += parameters
        return sql


def _condition(factor: Factor, number: int) -> Condition:
    if number != UNKNOWN:
        return factor.rule(number).when
    assert factor.missing_when is not None
    return factor.missing_when


def _points(index: int, factor: Factor) -> str:
    cases = " ".join(f"WHEN {number} THEN {factor.points_of(number)}" for number in factor.by_points)
    return f"CASE heaviest{index} {cases} ELSE 0 END" if cases else "0"


def _floor(index: int, factor: Factor) -> str:
    floors = [(number, factor.floor_of(number)) for number in factor.by_floor]
    cases = " ".join(f"WHEN {number} THEN {floor.rank}" for number, floor in floors if floor)
    return f"CASE highest{index} {cases} END"


def _reasons(index: int, factor: Factor) -> list[str]:
    codes = []
    if factor.by_points:
        cases = " ".join(f"WHEN {number} THEN {code(index, number)}" for number in factor.by_points)
        codes.append(f"CASE heaviest{index} {cases} END")
    if factor.by_floor:
        cases = " ".join(f"WHEN {number} THEN {-code(index, number)}" for number in factor.by_floor)
        beside = f"highest{index} IS DISTINCT FROM heaviest{index}" if factor.by_points else "true"
        codes.append(f"CASE WHEN {beside} THEN CASE highest{index} {cases} END END")
    return codes


def _missing(index: int, factor: Factor) -> str:
    return f"CASE WHEN missing{index} THEN {index + 1} END" if factor.missing_when is not None else "NULL"


def _reached(scorecard: Scorecard) -> str:
    """The rank that the points alone reach."""
    falling = sorted(scorecard.thresholds.items(), key=lambda pair: -pair[1])
    cases = " ".join(f"WHEN points >= {least} THEN {level.rank}" for level, least in falling)
    return f"CASE {cases} ELSE {Level.LOW.rank} END"


def _level(rank: str) -> str:
    cases = " ".join(f"WHEN {level.rank} THEN '{level}'" for level in Level)
    return f"CASE {rank} {cases} END"


def _interval(scorecard: Scorecard) -> str:
    cases = " ".join(
        f"WHEN {level.rank} THEN interval '{months} months'"
        for level, months in scorecard.interval_months.items()
    )
    return f"CASE rank {cases} END"
