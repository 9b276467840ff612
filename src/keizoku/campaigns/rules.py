"""Pure rules of campaigns: states, the digest of what is approved, cost, words for reasons."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum

from keizoku.kernel.conditions.reading import Json


class State(StrEnum):
    DRAFT = "draft"
    REQUESTED = "requested"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"


TRANSITIONS: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.REQUESTED}),
    State.REQUESTED: frozenset({State.DRAFT, State.RUNNING}),
    State.RUNNING: frozenset({State.PAUSED, State.STOPPED, State.FINISHED}),
    State.PAUSED: frozenset({State.RUNNING, State.STOPPED, State.FINISHED}),
    State.STOPPED: frozenset(),
    State.FINISHED: frozenset(),
}
STATE_WORDS = {
    State.DRAFT: "下書き",
    State.REQUESTED: "承認待ち",
    State.RUNNING: "実施中",
    State.PAUSED: "一時停止中",
    State.STOPPED: "中止",
    State.FINISHED: "終了",
}
# How long a campaign may stay in a state, in days of business time, and who ends it.
# A draft waits for its maker and reaches nobody; the others are ended by the planner.
MAX_DAYS = {State.REQUESTED: 14, State.RUNNING: 400, State.PAUSED: 400}

# Why somebody who meets the conditions is not in the frozen audience; the first that applies is stored.
EXCLUSION_WORDS = {
    "opted_out": "連絡停止のお申し出がある",
    "closed": "解約されている",
    "needs_person": "担当者が対応中",
    "answered": "すでに回答済み",
    "withdrawn": "確認が取り下げられた",
    "merged": "ほかのお客さまに統合されている",
    "open_review": "ほかのキャンペーンで確認中",
    "no_questionnaire": "法人向けの質問票がまだない",
    "consent_withdrawn": "使う手段での連絡への同意が撤回されている",
    "no_channel": "どの手段の連絡先も登録がない",
}
CHANNEL_FACT = {"line": "has_mobile", "email": "has_email", "sms": "has_mobile"}
CHANNEL_SKIP = {"line": "no_mobile", "email": "no_email", "sms": "no_mobile"}


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One step of a journey: ``wait_days`` after the step before, 0 for the first."""

    channel: str
    wait_days: int
    message_id: int


def plan_problems(name: str, steps: Sequence[StepPlan], answer_days: int) -> list[str]:
    """What keeps a campaign from being requested, in Japanese."""
    problems = []
    if not name.strip():
        problems.append("キャンペーン名を入力してください。")
    if not steps:
        problems.append("連絡の手順を1つ以上入れてください。")
    if len({step.channel for step in steps}) != len(steps):
        problems.append("同じ手段は1回だけ使えます。")
    if steps and steps[0].wait_days != 0:
        problems.append("最初の手順の待ち日数は0にしてください。")
    if any(step.wait_days < 1 for step in steps[1:]):
        problems.append("2つ目からの手順は、待ち日数を1日以上にしてください。")
    if sum(step.wait_days for step in steps) >= answer_days:
        problems.append("回答期限は、最後の連絡より後にしてください。")
    return problems


def approval_digest(
    *,
    name: str,
    audience: Json,
    audience_digest: str,
    count: int,
    steps: Sequence[StepPlan],
    message_digests: Sequence[str],
    answer_days: int,
) -> str:
    """What the approver approves, as one SHA-256: any change of audience, journey or words gives another."""
    content = {
        "name": name,
        "audience": audience,
        "audience_digest": audience_digest,
        "count": count,
        "steps": [asdict(step) for step in steps],
        "messages": list(message_digests),
        "answer_days": answer_days,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def cost_at_most(reachable: Sequence[int], prices: Sequence[Decimal]) -> Decimal:
    """Yen if nobody answered before the last step: each step's reachable people times its price."""
    return sum((count * price for count, price in zip(reachable, prices, strict=True)), Decimal(0))
