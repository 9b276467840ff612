"""What one scorecard changed against another, in words, factor by factor."""

from collections.abc import Iterator
from dataclasses import dataclass

from keizoku.kernel.conditions import Fields, describe
from keizoku.kernel.text.sentences import Composed, Listed
from keizoku.risk.rules.scale import Level
from keizoku.risk.rules.scorecard import Factor, Rule, Scorecard


@dataclass(frozen=True, slots=True)
class Change:
    """``place``: the factor's label, or 「全体」; ``old`` and ``new`` are empty where there was or is nothing."""

    place: str
    what: str
    old: str
    new: str


def changes(old: Scorecard, new: Scorecard) -> tuple[Change, ...]:
    """All differences, the whole first, then the factors in the order of the new one; empty when none rates otherwise."""
    return (*_whole(old, new), *_factors(old, new))


def _whole(old: Scorecard, new: Scorecard) -> Iterator[Change]:
    pairs = [("名称", old.title, new.title)]
    pairs += [
        (
            f"「{level.label}」になる点数",
            f"{old.thresholds[level]}点以上",
            f"{new.thresholds[level]}点以上",
        )
        for level in (Level.MEDIUM, Level.HIGH)
    ]
    pairs += [
        (
            f"「{level.label}」の確認の間隔",
            f"{old.interval_months[level]}か月",
            f"{new.interval_months[level]}か月",
        )
        for level in Level
    ]
    pairs += [
        ("下がるまでの据え置き", f"{old.cool_down_days}日", f"{new.cool_down_days}日"),
        ("取引モニタリングの有効性を確かめた日", _day(old), _day(new)),
        ("1日の上限", _cap_words(old), _cap_words(new)),
        ("期限を見る書類", _document_words(old), _document_words(new)),
        ("最終取引日の項目", _activity_words(old), _activity_words(new)),
        ("取引が長くないとみなすまで", f"{old.dormant_after_days}日", f"{new.dormant_after_days}日"),
    ]
    pairs += [
        (f"「{kind.label}」から期日まで", f"{old.event_days[kind]}日", f"{new.event_days[kind]}日")
        for kind in new.event_days
    ]
    yield from (Change("全体", what, before, after) for what, before, after in pairs if before != after)


def _factors(old: Scorecard, new: Scorecard) -> Iterator[Change]:
    earlier = {factor.id: factor for factor in old.factors}
    for factor in new.factors:
        before = earlier.pop(factor.id, None)
        if before is None:
            yield Change(factor.label, "要素", "", f"加える（規則{len(factor.rules)}件）")
            yield from (
                Change(factor.label, "規則", "", _rule_words(rule, new.fields)) for rule in factor.rules
            )
        else:
            yield from _factor(before, factor, old.fields, new.fields)
    yield from (Change(gone.label, "要素", f"規則{len(gone.rules)}件", "") for gone in earlier.values())


def _factor(old: Factor, new: Factor, before: Fields, after: Fields) -> Iterator[Change]:
    pairs = [
        ("名称", old.label, new.label),
        ("分類", old.category.value, new.category.value),
        ("情報がないとみなす条件", _missing_words(old, before), _missing_words(new, after)),
        ("情報がないときの点数", f"{old.points_when_missing}点", f"{new.points_when_missing}点"),
    ]
    yield from (Change(new.label, what, was, now) for what, was, now in pairs if was != now)
    yield from _rules(old, new, before, after)


def _rules(old: Factor, new: Factor, old_fields: Fields, new_fields: Fields) -> Iterator[Change]:
    """Rules are told apart by their labels; of two with one label the order tells."""
    earlier = list(old.rules)
    for rule in new.rules:
        before = next((one for one in earlier if one.label == rule.label), None)
        if before is not None:
            earlier.remove(before)
        was, now = _rule_words(before, old_fields) if before else "", _rule_words(rule, new_fields)
        if was != now:
            yield Change(new.label, "規則", was, now)
    yield from (Change(new.label, "規則", _rule_words(rule, old_fields), "") for rule in earlier)


def _day(scorecard: Scorecard) -> str:
    day = scorecard.monitoring_assured_on
    return day.isoformat() if day else "なし"


def _cap_words(scorecard: Scorecard) -> str:
    return f"{scorecard.most_due_a_day}人" if scorecard.most_due_a_day else "なし"


def _document_words(scorecard: Scorecard) -> str:
    return Listed("、", (scorecard.fields[name].label for name in scorecard.document_dates)) or "なし"


def _activity_words(scorecard: Scorecard) -> str:
    return scorecard.fields[scorecard.activity_date].label if scorecard.activity_date else "なし"


def _rule_words(rule: Rule, fields: Fields) -> str:
    said = rule.label, describe(rule.when, fields), rule.points
    if rule.floor is None:
        return Composed("{0}：{1} → {2}点", *said)
    return Composed("{0}：{1} → {2}点、「{3}」以上とする", *said, rule.floor.label)


def _missing_words(factor: Factor, fields: Fields) -> str:
    return "なし" if factor.missing_when is None else describe(factor.missing_when, fields)
