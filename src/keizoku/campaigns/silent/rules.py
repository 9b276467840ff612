"""States of a case, what may follow, how long each lasts, what a person may decide and why. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final


class State(StrEnum):
    OPEN = "open"
    EXTENDED = "extended"
    CONTACTING = "contacting"
    OTHER_CHANNEL = "other_channel"
    PROPOSED = "proposed"
    RESTRICTED = "restricted"
    EXEMPT = "exempt"
    RELEASED = "released"


STATE_WORDS: Final = {
    State.OPEN: "未決定",
    State.EXTENDED: "期限を延長",
    State.CONTACTING: "もう一度連絡",
    State.OTHER_CHANNEL: "ほかの手段で連絡",
    State.PROPOSED: "取引制限の提案（確認待ち）",
    State.RESTRICTED: "取引制限の提案を確定",
    State.EXEMPT: "対象から外した",
    State.RELEASED: "解除（回答など）",
}
_DECIDED: Final = frozenset(
    {State.EXTENDED, State.CONTACTING, State.OTHER_CHANNEL, State.EXEMPT, State.PROPOSED}
)
# An answer ends a case from wherever it stands; a decision that led to nothing comes back to be decided anew.
TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    State.OPEN: _DECIDED | {State.RELEASED},
    State.EXTENDED: _DECIDED | {State.OPEN, State.RELEASED},
    State.CONTACTING: (_DECIDED - {State.CONTACTING}) | {State.OPEN, State.RELEASED},
    State.OTHER_CHANNEL: (_DECIDED - {State.OTHER_CHANNEL}) | {State.OPEN, State.RELEASED},
    State.PROPOSED: frozenset({State.RESTRICTED, State.OPEN, State.RELEASED}),
    State.RESTRICTED: frozenset({State.OPEN, State.RELEASED}),
    State.EXEMPT: frozenset({State.OPEN, State.RELEASED}),
    # Asked again by the desk, and silent again.
    State.RELEASED: frozenset({State.OPEN}),
}
# Nobody waits for anything there.
RESTING: Final = frozenset({State.EXEMPT, State.RELEASED})
DECIDABLE: Final = frozenset(
    state for state, after in TRANSITIONS.items() if State.PROPOSED in after and state not in RESTING
)
WAITING: Final = frozenset(State) - RESTING


@dataclass(frozen=True, slots=True)
class MaximumAge:
    """How long a state may last. ``days`` None: until the case's own day (``until``). ``then`` None: marked as late."""

    days: int | None
    then: State | None


MAXIMUM_AGES: Final[dict[State, MaximumAge]] = {
    State.OPEN: MaximumAge(days=30, then=None),
    State.EXTENDED: MaximumAge(days=None, then=State.OPEN),
    State.CONTACTING: MaximumAge(days=90, then=State.OPEN),
    State.OTHER_CHANNEL: MaximumAge(days=30, then=State.OPEN),
    State.PROPOSED: MaximumAge(days=14, then=State.OPEN),
    # A restriction that was proposed is looked at again after a year.
    State.RESTRICTED: MaximumAge(days=365, then=None),
}


class Opened(StrEnum):
    """Why a case was opened."""

    STEPS_OVER = "steps_over"
    DEADLINE = "deadline"


OPENED_WORDS: Final = {
    Opened.STEPS_OVER: "最後の連絡から待っても回答がない",
    Opened.DEADLINE: "回答の期限を過ぎても回答がない",
}


class Reach(StrEnum):
    """The best that is known of all attempts of the campaign to reach the customer."""

    NONE = "none"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"


REACH_WORDS: Final = {
    Reach.NONE: "一度も送れていない",
    Reach.UNKNOWN: "届いたか不明",
    Reach.ACCEPTED: "送信先が受け付けた",
    Reach.DELIVERED: "届いたと通知があった",
}


class Decision(StrEnum):
    EXTEND = "extend"
    CONTACT_AGAIN = "contact_again"
    OTHER_CHANNEL = "other_channel"
    EXEMPT = "exempt"
    PROPOSE_RESTRICTION = "propose_restriction"


DECISION_WORDS: Final = {
    Decision.EXTEND: "回答の期限を延ばす",
    Decision.CONTACT_AGAIN: "もう一度連絡する",
    Decision.OTHER_CHANNEL: "ほかの手段で連絡する",
    Decision.EXEMPT: "今回の対象から外す",
    Decision.PROPOSE_RESTRICTION: "取引制限を提案する",
}
LEADS_TO: Final = {
    Decision.EXTEND: State.EXTENDED,
    Decision.CONTACT_AGAIN: State.CONTACTING,
    Decision.OTHER_CHANNEL: State.OTHER_CHANNEL,
    Decision.EXEMPT: State.EXEMPT,
    Decision.PROPOSE_RESTRICTION: State.PROPOSED,
}
# What may be decided for many at once: nothing that takes anything from anybody.
IN_BULK: Final = (Decision.EXTEND, Decision.CONTACT_AGAIN)

REASONS: Final[dict[Decision, dict[str, str]]] = {
    Decision.EXTEND: {
        "time_needed": "回答に時間がかかると見込まれる",
        "asked_for": "お客さまから延長の申し出があった",
        "message_doubtful": "連絡が届いたか確かでない",
    },
    Decision.CONTACT_AGAIN: {
        "no_reaction": "これまでの連絡に反応がない",
        "address_changed": "連絡先が新しくなった",
    },
    Decision.OTHER_CHANNEL: {
        "telephone": "電話で連絡する",
        "letter": "手紙を送る",
        "visit": "訪問・窓口でお会いする",
    },
    Decision.EXEMPT: {
        "handled_in_person": "窓口や電話で確認を終えた",
        "cannot_answer": "入院・施設への入所など、答えられない事情がある",
        "abroad": "海外に滞在している",
        "relation_ending": "取引の終わりが決まっている",
        "simplified": "簡素な顧客管理の対象で、確認を急がない",
    },
    Decision.PROPOSE_RESTRICTION: {
        "repeated_silence": "手段を変えて連絡しても回答がない",
        "mail_returned": "郵便が戻り、所在が分からない",
        "risk_high": "リスクが高く、確認しないまま取引を続けられない",
        "residence_expired": "在留期限を過ぎ、更新が確認できない",
    },
}
MEASURES: Final = {
    "remittance_abroad": "外国送金の停止",
    "transfer_limit": "振込の上限の引き下げ",
    "internet_banking": "インターネットバンキングの停止",
    "cash_card": "キャッシュカードの利用停止",
    "withdrawal": "出金の停止（給与・口座振替は続ける）",
}
# Why a case ended without a decision, by the contact stop's or the review's word.
RELEASE_WORDS: Final = {
    "answered": "回答があった",
    "needs_person": "お客さまから申し出があり、審査の担当者が対応している",
    "withdrawn": "確認が取り下げられた",
    "closed": "取引が終わった",
    "merged": "ほかのお客さまに統合された",
    "followed_up": "もう一度連絡したキャンペーンの記録に引き継いだ",
}

LONGEST_EXTENSION: Final = timedelta(days=180)
LONGEST_NOTE: Final = 500
TASK_DUE_DAYS: Final = 14
# Days since the case was opened, for workload.
AGE_BANDS: Final = ((0, 6), (7, 13), (14, 29), (30, 89), (90, None))


def may_follow(state: State, following: State) -> bool:
    return following in TRANSITIONS[state]


def decisions_from(state: State) -> list[Decision]:
    """What a person may decide about a case that stands there."""
    return [decision for decision in Decision if state in DECIDABLE and may_follow(state, LEADS_TO[decision])]


def is_reason_of(decision: Decision, reason: str) -> bool:
    return reason in REASONS[decision]


def extension_problem(until: date | None, today: date) -> str:
    """What is wrong with a new deadline, in Japanese; empty when nothing is."""
    if until is None or not today < until <= today + LONGEST_EXTENSION:
        return f"新しい期限は、明日から{LONGEST_EXTENSION.days}日以内の日付にしてください。"
    return ""


def restriction_problem(reach: Reach) -> str:
    """A restriction needs proof that the customer was asked: what keeps one from being proposed, in Japanese."""
    if reach not in {Reach.ACCEPTED, Reach.DELIVERED}:
        return f"この方への連絡は「{REACH_WORDS[reach]}」ため、取引制限は提案できません。"
    return ""


def band_of(days: int) -> int:
    """The place of an age in ``AGE_BANDS``."""
    return next(place for place, (_, most) in enumerate(AGE_BANDS) if most is None or days <= most)


def band_words(place: int) -> str:
    least, most = AGE_BANDS[place]
    return f"{least}日以上" if most is None else f"{least}〜{most}日"
