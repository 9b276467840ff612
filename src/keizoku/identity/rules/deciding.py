"""What may be decided, for which reasons, by whom, and when a second person has to agree. Closed lists, stable codes."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final

from keizoku.identity.rules.outcomes import Outcome
from keizoku.identity.rules.states import State
from keizoku.identity.rules.steps import StepName


class Verdict(StrEnum):
    PASSED = "passed"
    REFUSED = "refused"
    ASKED_AGAIN = "asked_again"

    @property
    def state(self) -> State:
        return State(self.value)


VERDICT_WORDS: Final = {
    Verdict.PASSED: "確認できた",
    Verdict.REFUSED: "確認できなかった",
    Verdict.ASKED_AGAIN: "撮り直しを頼む",
}
REASONS: Final[dict[Verdict, dict[str, str]]] = {
    Verdict.PASSED: {
        "checks_and_eyes": "自動の点検と目視が一致した",
        "compared_by_eye": "自動の点検では決まらず、目視で確かめた",
        "difference_explained": "登録との違いに理由がある（転居・改姓など）",
    },
    Verdict.REFUSED: {
        "other_person": "書類の写真と別の人である",
        "document_forged": "書類が偽造・改ざんされている疑いがある",
        "document_expired": "書類の有効期限が切れている",
        "attack_suspected": "画面や印刷物、作られた映像を写した疑いがある",
        "record_differs": "登録と違い、説明がつかない",
        "cannot_be_judged": "撮り直しても確かめられない",
    },
    Verdict.ASKED_AGAIN: {
        "unreadable": "文字が読み取れない",
        "cut_off": "書類の一部が写っていない",
        "thickness_not_seen": "書類の厚みがわからない",
        "face_not_clear": "顔がはっきり写っていない",
        "pose_not_done": "顔の向きが違う",
        "other_document": "ほかの書類が写っている",
        "document_expired": "書類の有効期限が切れている",
    },
}
BY_POLICY: Final = "all_checks_passed"
BY_POLICY_WORDS: Final = "すべての点検に問題がない（決まりによる自動の判断）"
LONGEST_NOTE: Final = 1_000
# Until an institution has labelled so many cases of its own, no policy decides (also held by the database).
LEAST_LABELLED: Final = 300


class Second(StrEnum):
    """When a second person has to agree before a verification passes or is refused."""

    NEVER = "never"
    NOT_CLEAN = "not_clean"
    ALWAYS = "always"


SECOND_WORDS: Final = {
    Second.NEVER: "求めない",
    Second.NOT_CLEAN: "点検に問題がある、または決まらないのに「確認できた」とするとき",
    Second.ALWAYS: "いつも求める（撮り直しを除く）",
}


class Truth(StrEnum):
    """What a case was, found out by somebody who did not decide it: the ground on which checks are measured."""

    GENUINE = "genuine"
    OTHER_PERSON = "other_person"
    FORGED_DOCUMENT = "forged_document"
    PRINT = "print"
    SCREEN_REPLAY = "screen_replay"
    MASK = "mask"
    INJECTED_VIDEO = "injected_video"


TRUTH_WORDS: Final = {
    Truth.GENUINE: "本人・本物",
    Truth.OTHER_PERSON: "別の人",
    Truth.FORGED_DOCUMENT: "偽造の書類",
    Truth.PRINT: "印刷した写真",
    Truth.SCREEN_REPLAY: "画面に映した写真や動画",
    Truth.MASK: "お面",
    Truth.INJECTED_VIDEO: "カメラを通さない映像",
}


def is_reason(verdict: Verdict, reason: str) -> bool:
    return reason in REASONS[verdict]


def reason_words(verdict: Verdict, reason: str) -> str:
    return BY_POLICY_WORDS if reason == BY_POLICY else REASONS[verdict].get(reason, reason)


def needs_second(second: Second, verdict: Verdict, checks: Outcome) -> bool:
    """Whether this verdict takes a second person; asking again never does: it decides nothing."""
    if verdict is Verdict.ASKED_AGAIN or second is Second.NEVER:
        return False
    return second is Second.ALWAYS or (verdict is Verdict.PASSED and checks is not Outcome.PASSED)


def may_ask_again(steps: Collection[str], kinds_steps: Collection[StepName]) -> bool:
    """Exactly the missing shots: at least one, and only such as the document's kind has."""
    return bool(steps) and set(steps) <= {step.value for step in kinds_steps}
