"""A scorecard's TOML, read strictly: every fault is named with its line and factor, and nothing is guessed.

``scorecards/standard-1.toml`` shows and explains the whole format.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import NoReturn

from keizoku.customers.attributes.rules.definition import Definition
from keizoku.customers.attributes.rules.fields import with_attributes
from keizoku.kernel.conditions import (
    Any,
    Compare,
    Condition,
    ConditionError,
    FieldType,
    Operator,
    fields_read,
    parse,
)
from keizoku.risk.errors import ScorecardInvalid
from keizoku.risk.fields import FACT_FIELDS
from keizoku.risk.rules.codes import RULES_A_FACTOR
from keizoku.risk.rules.monotonic import fault_of
from keizoku.risk.rules.notation import Lists, NotationError, unfold
from keizoku.risk.rules.scale import DEFAULT_EVENT_DAYS, Category, EventKind, Level
from keizoku.risk.rules.scorecard import DEFAULT_DORMANT_AFTER_DAYS, Factor, Rule, Scorecard

MOST_POINTS = 1000
MOST_MONTHS = 120
MOST_DAYS = 366
MOST_A_DAY = 10_000_000
MOST_VERSION = 1_000_000
LONGEST_TEXT = 200_000
MOST_FACTORS = 200
MOST_RULES = RULES_A_FACTOR - 1
MOST_DORMANT_DAYS = 3_660
MOST_DOCUMENTS = 10
_WHOLE = {
    "version",
    "title",
    "cool_down_days",
    "most_due_a_day",
    "monitoring_assured_on",
    "document_dates",
    "activity_date",
    "dormant_after_days",
    "levels",
    "interval_months",
    "event_days",
    "lists",
    "factor",
}
DEFAULT_INTERVAL_MONTHS = {Level.HIGH: 12, Level.MEDIUM: 24, Level.LOW: 36}

_FACTOR_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TOML_LINE = re.compile(r"at line (\d+)")


@lru_cache(maxsize=8)
def parse_scorecard(text: str, attributes: tuple[Definition, ...] = ()) -> Scorecard:
    """The scorecard that ``text`` defines; `ScorecardInvalid` names line and factor of the first fault.

    ``attributes`` are those that it may name beside the facts; the scorecard holds those that it does name.
    """
    if len(text) > LONGEST_TEXT:
        raise ScorecardInvalid("全体", f"長すぎます（{LONGEST_TEXT:,}文字まで）。")
    try:
        return _Reader(text, tomllib.loads(text), attributes).scorecard()
    except RecursionError:
        raise ScorecardInvalid("全体", "入れ子が深すぎます。条件は12段までで書いてください。") from None
    except tomllib.TOMLDecodeError as error:
        line = _TOML_LINE.search(str(error))
        raise ScorecardInvalid(
            "", f"TOMLとして読めません（{error}）。", line=int(line[1]) if line else None
        ) from None


class _Reader:
    def __init__(self, text: str, document: Mapping[str, object], attributes: tuple[Definition, ...]) -> None:
        self._lines = text.splitlines()
        self._document = document
        self._lists: Lists = {}
        self._attributes = attributes
        self._fields = with_attributes(FACT_FIELDS, attributes)
        self._named: set[str] = set()
        self._ids: set[object] = set()

    def scorecard(self) -> Scorecard:
        document = self._document
        self._only(document, _WHOLE, "全体")
        self._lists = self._read_lists()
        version, title = document.get("version"), document.get("title")
        return self._reachable(
            Scorecard(
                version=self._whole(version, "version", 1, MOST_VERSION),
                title=self._text(title, "title"),
                thresholds=self._thresholds(),
                interval_months=self._intervals(),
                factors=self._factors(),
                cool_down_days=self._whole(document.get("cool_down_days", 0), "cool_down_days", 0, MOST_DAYS),
                most_due_a_day=self._most_due_a_day(),
                monitoring_assured_on=self._monitoring_assured_on(),
                event_days=self._event_days(),
                document_dates=self._document_dates(),
                activity_date=self._activity_date(),
                dormant_after_days=self._whole(
                    document.get("dormant_after_days", DEFAULT_DORMANT_AFTER_DAYS),
                    "dormant_after_days",
                    30,
                    MOST_DORMANT_DAYS,
                ),
                attributes=tuple(one for one in self._attributes if one.name in self._named),
            )
        )

    def _reachable(self, scorecard: Scorecard) -> Scorecard:
        """Refuse a high level that nobody can ever reach."""
        most = sum(max(map(factor.points_of, factor.by_points), default=0) for factor in scorecard.factors)
        floors = {factor.floor_of(number) for factor in scorecard.factors for number in factor.by_floor}
        if most < scorecard.thresholds[Level.HIGH] and Level.HIGH not in floors:
            self._refuse(
                "[levels] high",
                f"どの組み合わせでも「高」になりません（点数の合計は最大{most}点）。"
                "しきい値を下げるか、floor を high とする規則を書きます。",
            )
        return scorecard

    def _monitoring_assured_on(self) -> date | None:
        written = self._document.get("monitoring_assured_on")
        if written is not None and type(written) is not date:
            self._refuse("monitoring_assured_on", "2026-04-01 のような日付です。")
        return written

    def _most_due_a_day(self) -> int | None:
        written = self._document.get("most_due_a_day")
        return None if written is None else self._whole(written, "most_due_a_day", 1, MOST_A_DAY)

    def _document_dates(self) -> tuple[str, ...]:
        written = self._document.get("document_dates", [])
        if not isinstance(written, list) or len(written) > MOST_DOCUMENTS:
            self._refuse("document_dates", f"日付の項目の並び（{MOST_DOCUMENTS}個まで）です。")
        return tuple(self._date_field(name, "document_dates") for name in written)

    def _activity_date(self) -> str | None:
        written = self._document.get("activity_date")
        return None if written is None else self._date_field(written, "activity_date")

    def _date_field(self, name: object, place: str) -> str:
        field = self._fields.get(name) if isinstance(name, str) else None
        if field is None or field.type is not FieldType.DATE:
            self._refuse(
                place,
                f"「{name}」は日付の項目ではありません。承認済みの属性から、型が「日付」のものを選びます。",
            )
        self._named.add(field.name)
        return field.name

    def _event_days(self) -> Mapping[EventKind, int]:
        table = self._table(self._document.get("event_days", {}), "[event_days]")
        self._only(table, {kind.value for kind in DEFAULT_EVENT_DAYS}, "[event_days]")
        return {
            kind: self._whole(table.get(kind.value, days), f"[event_days] {kind}", 0, MOST_DAYS)
            for kind, days in DEFAULT_EVENT_DAYS.items()
        }

    def _read_lists(self) -> Lists:
        lists = self._table(self._document.get("lists", {}), "[lists]")
        for name, values in lists.items():
            if (
                not isinstance(values, list)
                or not values
                or not all(isinstance(value, str) for value in values)
            ):
                self._refuse(f"[lists] {name}", "空でない文字列の並びです。")
        return {name: list(values) for name, values in lists.items() if isinstance(values, list)}

    def _thresholds(self) -> Mapping[Level, int]:
        table = self._table(self._document.get("levels"), "[levels]")
        self._only(table, {"medium", "high"}, "[levels]")
        medium, high = (
            self._whole(table.get(level.value), f"[levels] {level}", 1, 1_000_000)
            for level in (Level.MEDIUM, Level.HIGH)
        )
        if medium >= high:
            self._refuse("[levels] high", "high は medium より大きい点数です。水準の範囲が重なっています。")
        return {Level.MEDIUM: medium, Level.HIGH: high}

    def _intervals(self) -> Mapping[Level, int]:
        table = self._table(self._document.get("interval_months", {}), "[interval_months]")
        self._only(table, {level.value for level in Level}, "[interval_months]")
        intervals = {
            level: self._whole(table.get(level.value, months), f"[interval_months] {level}", 1, MOST_MONTHS)
            for level, months in DEFAULT_INTERVAL_MONTHS.items()
        }
        if not intervals[Level.HIGH] <= intervals[Level.MEDIUM] <= intervals[Level.LOW]:
            self._refuse("[interval_months]", "リスクが高いほど短い期間にします。")
        return intervals

    def _factors(self) -> tuple[Factor, ...]:
        tables = self._document.get("factor")
        if not isinstance(tables, list) or not tables:
            self._refuse("[[factor]]", "要素が1つもありません。")
        if len(tables) > MOST_FACTORS:
            self._refuse("[[factor]]", f"要素が多すぎます（{MOST_FACTORS}個まで）。")
        self._ids = {table.get("id") for table in tables if isinstance(table, dict)} - set(self._fields)
        factors = tuple(self._factor(self._table(table, "[[factor]]")) for table in tables)
        for index, factor in enumerate(factors):
            if factor.id in {earlier.id for earlier in factors[:index]}:
                self._refuse(f"要素 {factor.id}", "同じ id の要素が2つあります。", at=factor.id)
            if factor.label in {earlier.label for earlier in factors[:index]}:
                self._refuse(
                    f"要素 {factor.id}", f"「{factor.label}」という名称の要素が2つあります。", at=factor.id
                )
        return factors

    def _factor(self, table: Mapping[str, object]) -> Factor:
        factor_id = table.get("id")
        if not isinstance(factor_id, str) or not _FACTOR_ID.fullmatch(factor_id):
            self._refuse(
                "[[factor]]", f"id「{factor_id}」は英小文字・数字・_ で書きます。", at=str(factor_id)
            )
        place = f"要素 {factor_id}"
        known = {
            "id",
            "label",
            "category",
            "missing_when",
            "points_when_missing",
            "rises_with",
            "falls_with",
            "rule",
        }
        self._only(table, known, place, at=factor_id)
        rules = self._rules(table.get("rule"), place, factor_id)
        missing_when = self._missing_when(table.get("missing_when"), rules, place, factor_id)
        category = table.get("category")
        if category not in tuple(Category):
            self._refuse(
                place, f"category「{category}」は {'・'.join(Category)} のいずれかです。", at=factor_id
            )
        factor = Factor(
            id=factor_id,
            label=self._text(table.get("label"), f"{place} label", at=factor_id),
            category=Category(str(category)),
            rules=rules,
            missing_when=missing_when,
            points_when_missing=self._points_when_missing(table, rules, missing_when, factor_id),
            rises_with=self._way(table.get("rises_with"), f"{place} rises_with", factor_id),
            falls_with=self._way(table.get("falls_with"), f"{place} falls_with", factor_id),
        )
        self._check_ways(factor, place)
        return factor

    def _way(self, name: object, place: str, at: str) -> str | None:
        if name is None:
            return None
        field = self._fields.get(name) if isinstance(name, str) else None
        if field is None or field.type not in {FieldType.NUMBER, FieldType.DATE}:
            self._refuse(place, f"「{name}」は、大小を比べられる項目（数か日付）ではありません。", at=at)
        return field.name

    def _check_ways(self, factor: Factor, place: str) -> None:
        for name, rises in ((factor.rises_with, True), (factor.falls_with, False)):
            fault = fault_of(factor, name, rises=rises) if name else None
            if fault:
                self._refuse(f"{place} {'rises_with' if rises else 'falls_with'}", fault, at=factor.id)

    def _rules(self, tables: object, place: str, at: str) -> tuple[Rule, ...]:
        if not isinstance(tables, list) or not tables:
            self._refuse(place, "[[factor.rule]] が1つもありません。", at=at)
        if len(tables) > MOST_RULES:
            self._refuse(place, f"規則が多すぎます（{MOST_RULES}個まで）。", at=at)
        rules = tuple(
            self._rule(self._table(table, place), f"{place} 規則{number}", at)
            for number, table in enumerate(tables, start=1)
        )
        labels = [rule.label for rule in rules]
        if twice := next((label for label in labels if labels.count(label) > 1), None):
            self._refuse(place, f"「{twice}」という名称の規則が2つあります。", at=at)
        return rules

    def _rule(self, table: Mapping[str, object], place: str, at: str) -> Rule:
        self._only(table, {"label", "when", "points", "floor"}, place, at=at)
        floor = table.get("floor")
        if floor not in (None, Level.MEDIUM, Level.HIGH):
            self._refuse(place, f"floor「{floor}」は medium か high です。", at=at)
        return Rule(
            label=self._text(table.get("label"), f"{place} label", at=at),
            when=self._condition(table.get("when"), f"{place} when", at),
            points=self._whole(table.get("points"), f"{place} points", 0, MOST_POINTS, at=at),
            floor=Level(str(floor)) if floor else None,
        )

    def _missing_when(self, table: object, rules: tuple[Rule, ...], place: str, at: str) -> Condition | None:
        """As written; "never"; or by default: any fact that the rules read is missing."""
        if table == "never":
            return None
        if table is not None:
            return self._condition(table, f"{place} missing_when", at)
        read = sorted(frozenset[str]().union(*(fields_read(rule.when) for rule in rules)))
        return Any(tuple(Compare(name, Operator.IS_MISSING) for name in read))

    def _points_when_missing(
        self, table: Mapping[str, object], rules: tuple[Rule, ...], missing_when: Condition | None, at: str
    ) -> int:
        """As written; by default the factor's worst, since what is unknown is no reason for calm."""
        if missing_when is None:
            if "points_when_missing" in table:
                self._refuse(
                    f"要素 {at}", 'missing_when が "never" なら points_when_missing は要りません。', at=at
                )
            return 0
        worst = max(1, *(rule.points for rule in rules))
        place = f"要素 {at} points_when_missing"
        return self._whole(table.get("points_when_missing", worst), place, 1, MOST_POINTS, at=at)

    def _condition(self, table: object, place: str, at: str) -> Condition:
        try:
            condition = parse(unfold(table, self._lists), self._fields)
        except NotationError as error:
            self._refuse(place, str(error), at=at)
        except ConditionError as error:
            is_factor = any(f"「{one}」という項目" in error.problem for one in self._ids)
            circle = "要素は要素を読めません（循環しないように、事実だけを読みます）。" if is_factor else ""
            self._refuse(f"{place} {error.place}".strip(), f"{error.problem}{circle}", at=at)
        self._named |= fields_read(condition)
        return condition

    def _table(self, value: object, place: str) -> Mapping[str, object]:
        return value if isinstance(value, dict) else self._refuse(place, "表が必要です。")

    def _only(self, table: Mapping[str, object], known: set[str], place: str, *, at: str = "") -> None:
        unknown = sorted(set(table) - known)
        if unknown:
            self._refuse(place, f"「{unknown[0]}」という項目はありません。", at=at)

    def _text(self, value: object, place: str, *, at: str = "") -> str:
        return (
            value
            if isinstance(value, str) and value.strip()
            else self._refuse(place, "文字列が必要です。", at=at)
        )

    def _whole(self, value: object, place: str, least: int, most: int, *, at: str = "") -> int:
        if type(value) is not int or not least <= value <= most:
            self._refuse(place, f"{least}から{most}までの整数です。", at=at)
        return value

    def _refuse(self, place: str, problem: str, *, at: str = "") -> NoReturn:
        """``at`` is the id of the factor in question, whose line is looked up; without one, the place's own line."""
        raise ScorecardInvalid(place, problem, line=self._line_of_factor(at) if at else self._line_of(place))

    def _line_of_factor(self, factor_id: str) -> int | None:
        opening = re.compile(rf'\s*id\s*=\s*["\']{re.escape(factor_id)}["\']')
        numbers = [number for number, line in enumerate(self._lines, start=1) if opening.match(line)]
        return numbers[-1] if numbers else None

    def _line_of(self, place: str) -> int | None:
        """Of "[levels] high" the key's line within its table, else the table's; of "version" the key's at the top."""
        table, _, key = place.partition(" ") if place.startswith("[") else ("", "", place)
        here, opened = not table, None
        for number, line in enumerate(self._lines, start=1):
            if line.lstrip().startswith("["):
                here = bool(table) and line.split("#")[0].strip() == table
                opened = number if here else opened
            elif here and key and re.match(rf"\s*{re.escape(key)}\s*=", line):
                return number
        return opened
