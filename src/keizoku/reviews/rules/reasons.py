"""Closed lists: what a customer may ask for, what a reviewer may decide and why, each with its words."""

from enum import StrEnum
from typing import Final

from keizoku.reviews.rules.states import State


class HelpKind(StrEnum):
    DECEASED = "deceased"
    GUARDIAN = "guardian"
    HELP = "help"
    NOT_YOU = "not_you"


HELP_WORDS: Final = {
    HelpKind.DECEASED: "ご本人が亡くなられた",
    HelpKind.GUARDIAN: "代理人（成年後見人など）が答える",
    HelpKind.HELP: "手助けがほしい",
    HelpKind.NOT_YOU: "別の方あてのお知らせが届いた",
}
# After these nobody is written to by any campaign; after the others only this review's campaign stops.
STOPS_ALL_CONTACT: Final = frozenset({HelpKind.DECEASED})


class Outcome(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    ASK_AGAIN = "ask_again"
    WITHDRAW = "withdraw"


OUTCOME_WORDS: Final = {
    Outcome.APPROVE: "承認する",
    Outcome.REJECT: "否認する",
    Outcome.ASK_AGAIN: "もう一度おたずねする",
    Outcome.WITHDRAW: "取り下げる",
}
LEADS_TO: Final = {
    Outcome.APPROVE: State.APPROVED,
    Outcome.REJECT: State.REJECTED,
    Outcome.ASK_AGAIN: State.ASKED_AGAIN,
    Outcome.WITHDRAW: State.WITHDRAWN,
}
REASONS: Final[dict[Outcome, dict[str, str]]] = {
    Outcome.APPROVE: {
        "consistent": "回答に不自然な点がない",
        "explained": "変更の理由を確認できた",
    },
    Outcome.REJECT: {
        "implausible": "回答が実態と合わない",
        "identity_doubtful": "本人の回答か疑わしい",
        "refused_to_explain": "説明を得られなかった",
    },
    Outcome.ASK_AGAIN: {
        "address_unclear": "住所を読み取れない、または番地が足りない",
        "phone_unclear": "電話番号を確認できない",
        "occupation_unclear": "職業と取引の内容が合わない",
        "purpose_unclear": "取引の目的をくわしく確認したい",
        "remittance_unclear": "海外送金の内容を確認したい",
        "other_unclear": "そのほかの回答を確認したい",
        "resumed": "事情を確認でき、回答を続けていただく",
    },
    Outcome.WITHDRAW: {
        "deceased": "ご本人が亡くなられた",
        "guardian_registered": "代理人の届出を受け付けた",
        "wrong_recipient": "連絡先が別の方のものだった",
        "handled_in_person": "窓口や電話で手続きを終えた",
    },
}

# What the customer is told where no question was ticked (``rules.asking_again``): the matter, never the judgement of it.
ASKED_AGAIN_ABOUT: Final = {
    "address_unclear": "ご住所",
    "phone_unclear": "お電話番号",
    "occupation_unclear": "ご職業",
    "purpose_unclear": "お取引の目的",
    "remittance_unclear": "外国への送金",
    "other_unclear": "",
    "resumed": "",
}


# Of an approval that no person made: the policy's conditions all held.
BY_POLICY: Final = "policy"
BY_POLICY_WORDS: Final = "自動承認の決まりの条件をすべて満たした"


def reason_words(outcome: Outcome, reason_code: str) -> str:
    """A stored reason in words, whoever gave it."""
    if reason_code == BY_POLICY:
        return BY_POLICY_WORDS
    return REASONS[outcome].get(reason_code, reason_code)


def is_reason_of(outcome: Outcome, reason_code: str) -> bool:
    return reason_code in REASONS[outcome]


def help_words(help_kind: str) -> str:
    """The words of a stored kind of help; nothing where none was asked for."""
    return HELP_WORDS[HelpKind(help_kind)] if help_kind else ""
