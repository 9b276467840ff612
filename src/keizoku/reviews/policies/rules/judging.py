"""The judgement of one answer by one policy: every condition with its outcome in words. Pure.

A condition that cannot be known does not hold. The words name states, days and counts, never a value of the customer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from keizoku.reviews.policies.rules.policy import ENTRIES, Policy
from keizoku.reviews.rules.proving import STRENGTH_WORDS, Strength
from keizoku.risk.rules.due import months_later
from keizoku.risk.rules.scale import Level

HELD_BACK: Final = "held_back"


@dataclass(frozen=True, slots=True)
class Answered:
    """What is known of one answer at the moment of judging it.

    Attributes:
        level: what holds now, whatever bounds it; None before the first rating.
        level_after: what the scorecard would say of the confirmed record.
        changed: labels of the fields that would change.
        is_free_text: something was said that the record has no place for.
        open_matters: tasks about the customer that nobody has ended.
        is_stay_limited: the stay in Japan may be limited: another nationality than Japan's.
        documents: (label, last day) of each document that the policy wants; None where it is not known.
        contradictions: what another source says otherwise.
        is_in_hands: a reviewer has taken the case.
    """

    today: date
    questionnaire: str
    entry: str
    strength: Strength
    number: int
    level: Level | None
    is_provisional: bool
    level_after: Level | None
    changed: tuple[str, ...]
    is_free_text: bool
    open_matters: int
    is_record_changed: bool
    last_confirmed_on: date | None
    is_stay_limited: bool
    residence_expires_on: date | None
    documents: tuple[tuple[str, date | None], ...]
    contradictions: int
    likely_duplicates: int
    is_in_hands: bool


@dataclass(frozen=True, slots=True)
class Condition:
    code: str
    holds: bool
    words: str

    def as_row(self) -> list[object]:
        return [self.code, self.holds, self.words]


@dataclass(frozen=True, slots=True)
class Judged:
    conditions: tuple[Condition, ...]

    @property
    def is_approved(self) -> bool:
        return all(condition.holds for condition in self.conditions)


def judge(policy: Policy, answered: Answered, *, is_held_back: bool) -> Judged:
    """``is_held_back``: the draw has given this answer to people; asked only of answers that fulfil all else."""
    conditions = tuple(_conditions(policy, answered))
    if all(condition.holds for condition in conditions):
        words = "無作為に選ばれたため、人が決めます" if is_held_back else "無作為の選び出しに当たっていません"
        conditions = (*conditions, Condition(HELD_BACK, not is_held_back, words))
    return Judged(conditions)


def is_enough(strength: Strength, least: Strength) -> bool:
    return least is Strength.WEAK or strength is Strength.STRONG


def _conditions(policy: Policy, answered: Answered) -> Iterator[Condition]:
    yield from _of_risk(answered)
    yield from _of_answer(policy, answered)
    yield from _of_identity(policy, answered)
    yield from _of_surroundings(answered)


def _of_risk(answered: Answered) -> Iterator[Condition]:
    level = answered.level.label if answered.level else "評価なし"
    yield Condition("low_risk", answered.level is Level.LOW, f"リスクの水準は「{level}」です")
    yield Condition(
        "complete_rating",
        answered.level is not None and not answered.is_provisional,
        "評価に足りない情報があります" if answered.is_provisional else "評価に足りない情報はありません",
    )
    after = answered.level_after.label if answered.level_after else "計算できません"
    yield Condition("stays_low", answered.level_after is Level.LOW, f"承認したあとの点数による水準：{after}")


def _of_answer(policy: Policy, answered: Answered) -> Iterator[Condition]:
    changed = "、".join(answered.changed)
    yield Condition(
        "unchanged",
        not answered.changed,
        f"変わった項目：{changed}" if changed else "変わった項目はありません",
    )
    yield Condition(
        "no_free_text",
        not answered.is_free_text,
        "記録にならない回答があります" if answered.is_free_text else "記録にならない回答はありません",
    )
    yield Condition("first_round", answered.number == 1, f"{answered.number}回目の回答です")
    yield Condition(
        "questionnaire",
        answered.questionnaire in policy.questionnaires,
        f"質問票「{answered.questionnaire}」への回答です",
    )
    entry = ENTRIES.get(answered.entry, answered.entry)
    yield Condition("entry", answered.entry in policy.entries, f"答え方は「{entry}」です")
    yield Condition(
        "proof",
        is_enough(answered.strength, policy.least_proof),
        f"本人確認の強さ：{STRENGTH_WORDS[answered.strength]}",
    )


def _of_identity(policy: Policy, answered: Answered) -> Iterator[Condition]:
    last = answered.last_confirmed_on
    yield Condition(
        "confirmed_lately",
        last is not None and last <= answered.today <= months_later(last, policy.confirmed_within_months),
        f"前回の確認は{last.isoformat()}です" if last else "前回の確認の記録がありません",
    )
    yield _residence(policy, answered)
    for label, ends in answered.documents:
        yield Condition(
            "document",
            _lasts(ends, answered.today, policy.document_days_left),
            f"{label}：{ends.isoformat() if ends else '登録がありません'}",
        )


def _residence(policy: Policy, answered: Answered) -> Condition:
    if not answered.is_stay_limited:
        return Condition("residence", True, "在留期限のない方です")
    ends = answered.residence_expires_on
    words = f"在留期限は{ends.isoformat()}です" if ends else "在留期限の登録がありません"
    return Condition("residence", _lasts(ends, answered.today, policy.residence_days_left), words)


def _lasts(ends: date | None, today: date, days: int) -> bool:
    return ends is not None and ends >= today + timedelta(days=days)


def _of_surroundings(answered: Answered) -> Iterator[Condition]:
    yield Condition(
        "record_unchanged",
        not answered.is_record_changed,
        "回答のあとに記録が変わりました"
        if answered.is_record_changed
        else "回答のあとに記録は変わっていません",
    )
    yield Condition(
        "no_contradiction",
        answered.contradictions == 0,
        f"ほかの情報と合わないこと：{answered.contradictions}件",
    )
    yield Condition(
        "no_duplicate", answered.likely_duplicates == 0, f"重複の候補：{answered.likely_duplicates}件"
    )
    yield Condition(
        "no_open_matter",
        answered.open_matters == 0,
        f"終わっていない申し出・タスク：{answered.open_matters}件",
    )
    yield Condition(
        "not_in_hands",
        not answered.is_in_hands,
        "審査の担当者が取った案件です" if answered.is_in_hands else "審査の担当者は取っていません",
    )
