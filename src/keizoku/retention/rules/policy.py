"""A policy's TOML, read strictly: every kind once, no period shorter than the law's, each with the law or reason behind it.

``policies/standard-1.toml`` shows and explains the whole format.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NoReturn

from keizoku.kernel.keeping import Kind
from keizoku.retention.errors import PolicyInvalid

LONGEST_MONTHS: Final = 600
LONGEST_DAYS: Final = 3660
DESTROY: Final = "destroy"
KEEP: Final = "keep"
_WHOLE: Final = {"version", "title", "kind"}
_KEYS: Final = {"name", "start", "months", "days", "action", "law", "reason"}


@dataclass(frozen=True, slots=True)
class Rule:
    """How long one kind is kept. Either ``months`` or ``days``; none of them where ``action`` is "keep"."""

    kind: str
    action: str
    months: int | None
    days: int | None
    law: str
    reason: str

    @property
    def words(self) -> str:
        """「7年」「18か月」「90日」"""
        if self.action == KEEP:
            return "廃棄しない"
        if self.days is not None:
            return f"{self.days}日"
        assert self.months is not None
        return f"{self.months // 12}年" if self.months % 12 == 0 else f"{self.months}か月"


@dataclass(frozen=True, slots=True)
class Policy:
    version: int
    title: str
    rules: tuple[Rule, ...]

    def periods(self) -> dict[str, dict[str, int]]:
        """Kind → {"months"} or {"days"} of all that is to be destroyed: what the database itself reads."""
        return {
            rule.kind: {"months": rule.months} if rule.months else {"days": rule.days or 0}
            for rule in self.rules
            if rule.action == DESTROY
        }


def parse_policy(text: str, kinds: Mapping[str, Kind]) -> Policy:
    """The policy that ``text`` defines; `PolicyInvalid` names the first fault."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        _refuse("", f"TOMLとして読めません（{error}）。")
    _only(document, _WHOLE, "全体")
    version, title, tables = document.get("version"), document.get("title"), document.get("kind")
    if type(version) is not int or version < 1:
        _refuse("version", "1以上の整数です。")
    if not isinstance(title, str) or not title.strip():
        _refuse("title", "文字列が必要です。")
    if not isinstance(tables, list):
        _refuse("[[kind]]", "種類が1つもありません。")
    rules = tuple(_rule(table, kinds) for table in tables)
    names = [rule.kind for rule in rules]
    for name in names:
        if names.count(name) > 1:
            _refuse(f"種類 {name}", "同じ種類が2つあります。")
    if missing := [name for name in kinds if name not in names]:
        _refuse(f"種類 {missing[0]}", f"「{kinds[missing[0]].label}」の決まりがありません。")
    return Policy(version, title, rules)


def _rule(table: object, kinds: Mapping[str, Kind]) -> Rule:
    if not isinstance(table, dict):
        _refuse("[[kind]]", "表が必要です。")
    name = table.get("name")
    place = f"種類 {name}"
    if not isinstance(name, str) or name not in kinds:
        _refuse(place, f"その種類はありません。{'・'.join(kinds)} のどれかです。")
    kind = kinds[name]
    _only(table, _KEYS, place)
    if table.get("start") != kind.start.value:
        _refuse(place, f"start は {kind.start.value}（{kind.start.label}）です。")
    law, reason = table.get("law", ""), table.get("reason", "")
    if not isinstance(law, str) or not isinstance(reason, str) or not (law.strip() or reason.strip()):
        _refuse(place, "law（根拠の法令）か reason（理由）を書いてください。")
    action = table.get("action")
    if action == KEEP:
        if "months" in table or "days" in table:
            _refuse(place, "action が keep なら months と days は要りません。")
        return Rule(name, KEEP, None, None, law, reason)
    if action != DESTROY:
        _refuse(place, f"action は {DESTROY} か {KEEP} です。")
    months, days = _period(table, place, kind)
    return Rule(name, DESTROY, months, days, law, reason)


def _period(table: Mapping[str, object], place: str, kind: Kind) -> tuple[int | None, int | None]:
    months, days = table.get("months"), table.get("days")
    if (months is None) == (days is None):
        _refuse(place, "months か days のどちらか1つを書いてください。")
    if months is not None:
        if type(months) is not int or not 1 <= months <= LONGEST_MONTHS:
            _refuse(place, f"months は1から{LONGEST_MONTHS}までの整数です。")
        if months < kind.least_months:
            _refuse(place, f"法令の保存期間（{kind.least_months}か月）より短くはできません。")
        return months, None
    if type(days) is not int or not 1 <= days <= LONGEST_DAYS:
        _refuse(place, f"days は1から{LONGEST_DAYS}までの整数です。")
    if kind.least_months:
        _refuse(place, f"法令の期間があるので months（{kind.least_months}以上）で書いてください。")
    return None, days


def _only(table: Mapping[str, object], known: set[str], place: str) -> None:
    if unknown := sorted(set(table) - known):
        _refuse(place, f"「{unknown[0]}」という項目はありません。")


def _refuse(place: str, problem: str) -> NoReturn:
    raise PolicyInvalid(place, problem)
