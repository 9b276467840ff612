"""The codes of a line, their words, the filters of the list, and the states of an exported file. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from keizoku.campaigns.rules import EXCLUSION_WORDS
from keizoku.delivery.rules import CHANNEL_WORDS, SKIP_WORDS, WAY_WORDS
from keizoku.kernel.text.sentences import Composed, Given, Sentence


class Code(StrEnum):
    """What became of one step for one customer; ``EXCLUDED`` stands for the whole campaign (step 0)."""

    EXCLUDED = "excluded"
    # there is a delivery
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    DEFERRED = "deferred"
    SENDING = "sending"
    POSTPONED = "postponed"
    HELD = "held"
    QUEUED = "queued"
    # the step was passed over
    PASSED = "passed"
    # there is neither
    ANSWERED = "answered"
    NEEDS_PERSON = "needs_person"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    DEADLINE = "deadline"
    FINISHED = "finished"
    NOT_LAUNCHED = "not_launched"
    PAUSED = "paused"
    FIRST_WAVE = "first_wave"
    EARLIER_STEP = "earlier_step"
    WAITING = "waiting"
    DUE = "due"


CODE_WORDS: Final = {
    Code.EXCLUDED: "対象外",
    Code.DELIVERED: "届いた",
    Code.UNDELIVERED: "届かなかった",
    Code.ACCEPTED: "受け付けられた",
    Code.REJECTED: "送れなかった",
    Code.UNKNOWN: "結果不明",
    Code.SKIPPED: "送らなかった",
    Code.DEFERRED: "再送待ち",
    Code.SENDING: "送信中",
    Code.POSTPONED: "送信できる時間帯を待っている",
    Code.HELD: "送信を止めているため、まだ送っていない",
    Code.QUEUED: "送信待ち",
    Code.PASSED: "送らなかった",
    Code.ANSWERED: "この手順の前に回答があったため、送らない",
    Code.NEEDS_PERSON: "担当者が対応しているため、送らない",
    Code.WITHDRAWN: "確認が取り下げられたため、送らない",
    Code.STOPPED: "キャンペーンを中止したため、送らない",
    Code.DEADLINE: "この手順の前に回答の期限が過ぎたため、送らない",
    Code.FINISHED: "この手順の前にキャンペーンが終わったため、送らない",
    Code.NOT_LAUNCHED: "まだ始まっていない",
    Code.PAUSED: "キャンペーンを一時停止しているため、まだ送っていない",
    Code.FIRST_WAVE: "先行送信の結果を確かめているため、まだ送っていない",
    Code.EARLIER_STEP: "前の手順がまだ終わっていない",
    Code.WAITING: "前の手順のあとの待ち日数が過ぎるのを待っている",
    Code.DUE: "送る番が来ている（送信できる時間帯と、1時間・1日の上限の中で送る）",
}
# What a carrier refused or answered, in plain words; a code without words is shown as it came.
CARRIER_WORDS: Final = {
    **WAY_WORDS,
    "unreachable_by_line": "この電話番号のLINEには送れない（未登録・受信の設定・ブロックなど）",
    "address_gone": "送る前に連絡先が記録から消えた",
    "not_a_mobile": "携帯電話の番号ではない",
    "not_taken": "送信先に照会したところ、受け取られていなかった",
    "found": "送信先に照会したところ、受け取られていた",
    "receipt": "届いたという通知で分かった",
    "person_reached": "担当者が、届いたと確かめた",
    "person_not_reached": "担当者が、届いていないと確かめた",
    "called_off": "印刷する前に取りやめたので、届かない",
    "calling_off": "キャンペーンを中止したので、印刷の取りやめを印刷会社に申し入れている",
    "printed_before": "中止したときには印刷が始まっていたので、取りやめられない",
    "worker_lost": "送信の途中で処理が止まった",
    "rate_limited": "送信先の上限に達した",
    "smtp_550": "宛先のメールアドレスがない",
    "smtp_551": "宛先のメールアドレスがない",
    "smtp_552": "宛先の受信箱がいっぱい",
    "smtp_553": "宛先のメールアドレスが正しくない",
    "smtp_554": "宛先のメールサーバーが受け取りを断った",
    "smtp_556": "宛先がメールを受け取らない",
    "TimeoutError": "送信先の応答がなかった",
    "ServerTimeoutError": "送信先の応答がなかった",
    "SocketTimeoutError": "送信先の応答がなかった",
    "ServerDisconnectedError": "送信先との接続が切れた",
    "ClientOSError": "送信先との接続が切れた",
}
_CARRIER_BEGINNINGS: Final = {
    "gave_up:": "何度か試したが送れなかった",
    "validation:": "送信先が内容を受け付けなかった",
    "http_4": "送信先が受け付けなかった",
    "http_5": "送信先の不具合",
    "not_sent:": "送信先につながらなかった",
    "smtp_5": "宛先のメールサーバーが断った",
    "smtp_4": "宛先のメールサーバーが一時的に受け取らない",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A code with what belongs to it: the reason of an exclusion or a skip, or a carrier's code."""

    code: Code
    detail: str = ""
    channel: str = ""

    @property
    def words(self) -> str:
        """One sentence part; with the channel before it where there was one."""
        reason = self.reason
        said = f"{CODE_WORDS[self.code]}（{reason}）" if reason else CODE_WORDS[self.code]
        return f"{CHANNEL_WORDS.get(self.channel, self.channel)}：{said}" if self.channel else said

    @property
    def sentence(self) -> Sentence:
        """The same, for a page that says it in another language; slower, so not for files of many."""
        code, reason = CODE_WORDS[self.code], self.reason
        said = Composed("{0}（{1}）", code, reason) if reason else Composed("{0}", code)
        return (
            Composed("{0}：{1}", CHANNEL_WORDS.get(self.channel, self.channel), said)
            if self.channel
            else said
        )

    @property
    def reason(self) -> str:
        if not self.detail:
            return ""
        if self.code is Code.EXCLUDED:
            return EXCLUSION_WORDS.get(self.detail, self.detail)
        if self.code in {Code.PASSED, Code.SKIPPED}:
            return SKIP_WORDS.get(self.detail, self.detail)
        return carrier_words(self.detail)


def carrier_words(code: str) -> str:
    """A carrier's machine code in plain words; never a lost one: what has no words is shown as it came."""
    if code in CARRIER_WORDS:
        return CARRIER_WORDS[code]
    way, _, rest = code.partition(":")
    if way in WAY_WORDS and rest:
        return Composed("{0}、{1}", WAY_WORDS[way], carrier_words(rest))
    for beginning, words in _CARRIER_BEGINNINGS.items():
        if code.startswith(beginning):
            return Composed("{0}、{1}", words, Given(code))
    return code


# The list's filters. Those of a step are asked with its number; each is found by an index, however rare it is.
BY_STEP: Final = {
    Code.ACCEPTED: "送信先が受け付けた方",
    Code.DELIVERED: "届いたと通知があった方",
    Code.UNDELIVERED: "届かなかったと通知があった方",
    Code.REJECTED: "送れなかった方",
    Code.UNKNOWN: "届いたか不明の方",
    Code.SKIPPED: "送る直前に見送った方",
    Code.PASSED: "手順を見送った方",
    Code.QUEUED: "まだ結果のない方",
}
BY_REVIEW: Final = {
    "answered": "回答した方",
    "waiting": "まだ回答していない方",
    "unanswered": "期限までに回答しなかった方",
    "needs_person": "担当者が対応している方",
    "withdrawn": "確認が取り下げられた方",
}


class ExportKind(StrEnum):
    WHY = "why"
    PROOFS = "proofs"


class ExportState(StrEnum):
    ASKED = "asked"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


EXPORT_TRANSITIONS: Final[dict[ExportState, frozenset[ExportState]]] = {
    ExportState.ASKED: frozenset({ExportState.WORKING, ExportState.FAILED}),
    ExportState.WORKING: frozenset({ExportState.WORKING, ExportState.DONE, ExportState.FAILED}),
    ExportState.DONE: frozenset({ExportState.EXPIRED}),
    ExportState.FAILED: frozenset(),
    ExportState.EXPIRED: frozenset(),
}
EXPORT_WORDS: Final = {
    ExportState.ASKED: "順番待ち",
    ExportState.WORKING: "書き出し中",
    ExportState.DONE: "受け取れます",
    ExportState.FAILED: "書き出せませんでした",
    ExportState.EXPIRED: "保管の期限が過ぎ、削除しました",
}
# Wall time: a worker that died leaves a file that does not move; a file that lies here for a week is forgotten.
EXPORT_AGES: Final = {
    ExportState.ASKED: timedelta(days=1),
    ExportState.WORKING: timedelta(hours=1),
    ExportState.DONE: timedelta(days=7),
}


MOST_PROOFS_IN_A_FILE: Final = 500


def mark(export_id: int) -> str:
    """The number in each row of a file, by which a copy leads back to who asked for it."""
    return f"KZ-{export_id:08d}"
