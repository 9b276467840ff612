"""States of calls and of calls back, how long each may last, and the closed lists of a call. Pure."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from keizoku.kernel import bank_days


class CallState(StrEnum):
    OPEN = "open"
    ENDED = "ended"
    ABANDONED = "abandoned"


CALL_TRANSITIONS: Final[dict[CallState, frozenset[CallState]]] = {
    CallState.OPEN: frozenset({CallState.ENDED, CallState.ABANDONED}),
    CallState.ENDED: frozenset(),
    CallState.ABANDONED: frozenset(),
}
CALL_WORDS: Final = {
    CallState.OPEN: "通話中",
    CallState.ENDED: "終了",
    CallState.ABANDONED: "終わりの記録なし",
}
# Our choice, since its last step: a questionnaire on the phone takes half an hour, and each answer is a step.
CALL_AGES: Final = {CallState.OPEN: timedelta(hours=1)}


class FoundBy(StrEnum):
    """How the customer was found; ``CALL_BACK`` is a call that we made."""

    CODE = "code"
    NUMBER = "number"
    PHONE = "phone"
    ACCOUNT = "account"
    CALL_BACK = "call_back"


FOUND_BY_WORDS: Final = {
    FoundBy.CODE: "受付番号",
    FoundBy.NUMBER: "顧客番号",
    FoundBy.PHONE: "電話番号",
    FoundBy.ACCOUNT: "口座番号",
    FoundBy.CALL_BACK: "折り返しの予約",
}


class Result(StrEnum):
    """How a call ended, as the staff says; ``LEFT_OPEN`` is the sweeper's."""

    ANSWERED = "answered"
    BOOKED = "booked"
    STOPPED = "stopped"
    INFORMED = "informed"
    NOT_VERIFIED = "not_verified"
    NOT_FOUND = "not_found"
    WRONG_NUMBER = "wrong_number"
    NOBODY = "nobody"
    CUT_OFF = "cut_off"
    LEFT_OPEN = "left_open"


RESULT_WORDS: Final = {
    Result.ANSWERED: "回答を受け付けた",
    Result.BOOKED: "折り返しを約束した",
    Result.STOPPED: "連絡を止めた",
    Result.INFORMED: "案内・説明をした",
    Result.NOT_VERIFIED: "本人と確認できなかった",
    Result.NOT_FOUND: "お客さまが見つからなかった",
    Result.WRONG_NUMBER: "間違い電話だった",
    Result.NOBODY: "出なかった・本人が不在だった",
    Result.CUT_OFF: "通話が切れた",
    Result.LEFT_OPEN: "終わりが記録されなかった",
}
SAID_BY_STAFF: Final = tuple(result for result in Result if result is not Result.LEFT_OPEN)

# After these nobody was spoken with whom the call was for: a call back waits on.
NOT_REACHED: Final = frozenset({Result.NOBODY, Result.CUT_OFF, Result.WRONG_NUMBER})


class StepKind(StrEnum):
    """What happened in a call, in the order of its happening."""

    BEGUN = "begun"
    SOUGHT = "sought"
    SEVERAL = "several"
    FOUND = "found"
    RIGHT = "right"
    WRONG = "wrong"
    VERIFIED = "verified"
    LOCKED = "locked"
    ANSWERED = "answered"
    SUBMITTED = "submitted"
    STOPPED = "stopped"
    RESUMED = "resumed"
    HELP = "help"
    BOOKED = "booked"
    NUMBER_SHOWN = "number_shown"
    REISSUED = "reissued"
    NOTED = "noted"
    ENDED = "ended"


STEP_WORDS: Final = {
    StepKind.BEGUN: "通話を始めた",
    StepKind.SOUGHT: "探したが、見つからなかった",
    StepKind.SEVERAL: "探して、何人かのお客さまが見つかった",
    StepKind.FOUND: "お客さまを見つけた",
    StepKind.RIGHT: "質問の答えが合った",
    StepKind.WRONG: "質問の答えが違った",
    StepKind.VERIFIED: "本人と確認した",
    StepKind.LOCKED: "違う答えが続き、確認を止めた",
    StepKind.ANSWERED: "回答を1つ聞き取った",
    StepKind.SUBMITTED: "回答を受け付けた",
    StepKind.STOPPED: "連絡を止めた",
    StepKind.RESUMED: "止めていた連絡を、申し出により再開した",
    StepKind.HELP: "担当者の対応を頼んだ",
    StepKind.BOOKED: "折り返しを予約した",
    StepKind.NUMBER_SHOWN: "かける電話番号を見た",
    StepKind.REISSUED: "受付番号を再発行した",
    StepKind.NOTED: "メモを書いた",
    StepKind.ENDED: "通話を終えた",
}


class CallBackState(StrEnum):
    BOOKED = "booked"
    TAKEN = "taken"
    DONE = "done"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


_ENDS: Final = frozenset({CallBackState.DONE, CallBackState.CANCELLED, CallBackState.LAPSED})
CALL_BACK_TRANSITIONS: Final[dict[CallBackState, frozenset[CallBackState]]] = {
    CallBackState.BOOKED: frozenset({CallBackState.TAKEN, CallBackState.CANCELLED, CallBackState.LAPSED}),
    CallBackState.TAKEN: _ENDS | {CallBackState.BOOKED},
    CallBackState.DONE: frozenset(),
    CallBackState.CANCELLED: frozenset(),
    CallBackState.LAPSED: frozenset(),
}
CALL_BACK_WORDS: Final = {
    CallBackState.BOOKED: "担当待ち",
    CallBackState.TAKEN: "担当あり",
    CallBackState.DONE: "済み",
    CallBackState.CANCELLED: "取りやめ",
    CallBackState.LAPSED: "かけないまま期限切れ",
}
WAITING: Final = tuple(state for state, after in CALL_BACK_TRANSITIONS.items() if after)
# Our choice: so many days on which the bank is open, whole and behind the promised one, since nobody keeps a promise of
# 30 December before 4 January. Then a task tells a person of the broken promise.
CALL_BACK_AGES: Final = dict.fromkeys(WAITING, timedelta(days=3))
# Our choice, as the hours are: whoever waits longer has forgotten what he asked.
LATEST_DAYS: Final = 30
# (from, until) in hours of Tokyo, as they are offered to the caller.
WINDOWS: Final = {
    (9, 12): "9時〜12時",
    (12, 15): "12時〜15時",
    (15, 17): "15時〜17時",
    (17, 19): "17時〜19時",
}


class Matter(StrEnum):
    """What a call back is about."""

    ANSWER = "answer"
    QUESTION = "question"
    PROCEDURE = "procedure"
    COMPLAINT = "complaint"
    OTHER = "other"


MATTER_WORDS: Final = {
    Matter.ANSWER: "回答の続き",
    Matter.QUESTION: "ご質問への返事",
    Matter.PROCEDURE: "手続きの相談",
    Matter.COMPLAINT: "苦情・ご意見",
    Matter.OTHER: "その他",
}
LONGEST_WORDS: Final = 300  # our choice: a note, no report


def before(following: CallBackState) -> list[str]:
    """The states of a call back from which this one may follow."""
    return [state.value for state, after in CALL_BACK_TRANSITIONS.items() if following in after]


def day_problem(day: date, window: tuple[int, int], today: date, hour: int) -> str:
    """What is wrong with a promised day and window, in Japanese; empty when nothing is. ``hour``: now, in Tokyo."""
    if window not in WINDOWS:
        return "時間帯を一覧から選んでください。"
    if not today <= day <= today + timedelta(days=LATEST_DAYS):
        return f"折り返す日は、今日から{LATEST_DAYS}日以内の日付にしてください。"
    if bank_days.is_closed(day):
        return "その日は休業日です。営業している日を選んでください。"
    if is_late(day, window[1], today, hour):
        return "その時間帯は、もう過ぎています。あとの時間帯か、別の日を選んでください。"
    return ""


def kept_from(today: date, age: timedelta) -> date:
    """The first promised day that may still be kept today; ``age`` of ``CALL_BACK_AGES``."""
    return bank_days.open_days_back(today, age.days)


def is_late(day: date, until_hour: int, today: date, hour: int) -> bool:
    """Whether the promised window is over."""
    return day < today or (day == today and hour >= until_hour)
