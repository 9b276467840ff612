"""Pure rules of delivery: results and their ranks, retry times, tags, placeholders, what a message may say."""

import re
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

# A delivery's final result is the one of the highest rank among its outcomes and receipts; ranks only rise.
RANKS = {
    "deferred": 0,
    "skipped": 1,
    "unknown": 2,
    "rejected": 3,
    "accepted": 4,
    "undelivered": 5,
    "delivered": 6,
    # Whoever complains has received.
    "complained": 7,
}
RESULT_WORDS = {
    "deferred": "再送待ち",
    "skipped": "送らなかった",
    "unknown": "結果不明",
    "rejected": "送れなかった",
    "accepted": "受け付けられた",
    "undelivered": "届かなかった",
    "delivered": "届いた",
    "complained": "迷惑メールと申告された",
}
# How an outcome's code tells a way within a channel that has several.
WAY_WORDS = {"push": "友だちへのメッセージ"}

MAX_ATTEMPTS = 8
# A lease lasts several heartbeats, so that a live worker is not taken for a dead one; a dead one's chunk waits no longer.
LEASE = timedelta(seconds=20)
HEARTBEAT = timedelta(seconds=4)
CHUNK_SIZE = 500
# LINE: no delivery event within 24 hours of acceptance means not delivered (LINE Developers, LINE notification messages,
# "delivery completion event"); an hour of margin.
# SMS: the project at the carrier is set to give a message up within 48 hours (docs/settings.md); an hour of margin too.
RECEIPT_WAIT = {"line": timedelta(hours=25), "sms": timedelta(hours=49)}
# An unknown message is looked up where the carrier can find it by its tag: not before, and given up as not taken after.
LOOK_UP_AFTER = timedelta(minutes=1)
NOT_TAKEN_AFTER = timedelta(minutes=15)

# Channel → the record's contact point that it reaches; and the refusals that are about that address itself (RFC 5321 §4.2).
CONTACT_POINTS = {"line": "phone", "sms": "phone", "email": "email", "letter": "address"}
HARD_REFUSALS = {"email": frozenset({"smtp_550", "smtp_551", "smtp_553", "smtp_556"})}

CHANNEL_WORDS = {"line": "LINE通知メッセージ", "email": "電子メール", "sms": "SMS", "letter": "手紙"}
# Why whoever a campaign that is over never wrote to was not written to; and how long after its lease a chunk of such a
# campaign counts as abandoned: many heartbeats, since a worker that reports later would be counted beside it.
CAMPAIGN_OVER = "campaign_over"
ABANDONED_AFTER = timedelta(minutes=5)
SKIP_WORDS = {
    "answered": "すでに回答済みのため",
    "opted_out": "連絡停止のお申し出があるため",
    "closed": "解約されているため",
    "needs_person": "担当者が対応中のため",
    "withdrawn": "確認が取り下げられたため",
    "merged": "ほかのお客さまに統合されたため",
    "paper": "返送された質問票を入力しているため",
    "condition_unmet": "この手順の条件に当てはまらないため",
    "consent_withdrawn": "この手段での連絡への同意が撤回されているため",
    "no_mobile": "携帯電話番号の登録がないため",
    "no_email": "メールアドレスの登録がないため",
    "no_address": "住所の登録がないため",
    "address_unreachable": "以前の送信で不達だったため",
    CAMPAIGN_OVER: "キャンペーンが終わったため",
}


class ChunkState(StrEnum):
    OPEN = "open"
    LEASED = "leased"
    CLOSED = "closed"


CHUNK_TRANSITIONS = {
    ChunkState.OPEN: {ChunkState.LEASED},
    ChunkState.LEASED: {ChunkState.OPEN, ChunkState.CLOSED},
    ChunkState.CLOSED: set(),
}


def backoff(attempt: int) -> timedelta:
    """How long a deferred message waits: 5, 10, 20 … seconds, at most 10 minutes."""
    return timedelta(seconds=min(5 * 2 ** (attempt - 1), 600))


_TAG = re.compile(r"kz-(\d{5,})-(\d{5,})-(\d{7,})")


class Tag(NamedTuple):
    """Names one delivery in a carrier's receipts: "kz-<campaign>-<wave>-<position>", zero-padded to LINE's 16 characters.

    A tuple: there are millions.
    """

    campaign_id: int
    wave_id: int
    position: int

    def __str__(self) -> str:
        return f"kz-{self.campaign_id:05d}-{self.wave_id:05d}-{self.position:07d}"

    @classmethod
    def parse(cls, text: str) -> "Tag | None":
        match = _TAG.fullmatch(text)
        return cls._make(map(int, match.groups())) if match else None


_NOTICE_TAG = re.compile(r"kc-(\d{13})")


class NoticeTag(NamedTuple):
    """Names one code or notice of the lane: "kc-<its row>". No receipt names a code; of another form than a delivery's."""

    notice_id: int

    def __str__(self) -> str:
        return f"kc-{self.notice_id:013d}"

    @classmethod
    def parse(cls, text: str) -> "NoticeTag | None":
        match = _NOTICE_TAG.fullmatch(text)
        return cls(int(match[1])) if match else None


# The words by which the institution's home page leads to the customers' pages; fills {portal}.
PORTAL = "お客さま情報の確認"
PLACEHOLDERS = ("institution", "reference", "deadline", "portal")
# A one-time code is sent by a lane of its own (``lane``), in words of its own; no campaign has one to fill in.
CODE_PLACEHOLDER = "{code}"
_PLACEHOLDER = re.compile(r"\{([a-z_]*)\}")
# What somebody may have meant for a placeholder, and a brace that is left of one.
_MEANT = re.compile(r"[{｛][^{}｛｝\n]{0,40}[}｝]|[{}｛｝]")
_LINK = re.compile(r"https?://|www\.|[a-z0-9-]+\.(?:jp|com|net|me)/", re.IGNORECASE)
_LIMITS = {"line": 500, "email": 5000, "sms": 660, "letter": 700}
BUTTON_LABEL_LIMIT = 20
# What one page has room for beside address, answer box and title (channels/letter/letter.typ): lines of 39 characters at
# 12 points. A blank line takes as much as half a line.
LETTER_LINES = 19
LETTER_LINE = 38


def message_problems(
    channel: str, subject: str, body: str, button_label: str, *, has_form: bool = False
) -> list[str]:
    """What keeps a message version from being used, in Japanese; empty when it may be used.

    No link in e-mail and SMS, as the government tells the public that institutions send none (政府広報, 17 March 2022): the
    portal's place is told in words, the reference code is typed.
    """
    problems = _placeholder_problems(subject, body, button_label)
    if "{reference}" not in body and channel != "letter":
        problems.append("本文に受付番号の差し込み {reference} を入れてください。")
    if "{reference}" in subject:
        problems.append("件名に受付番号を入れないでください。")
    if len(body) > _LIMITS[channel]:
        problems.append(f"本文は{_LIMITS[channel]}文字までです(現在{len(body)}文字)。")
    if _LINK.search(subject + body):
        problems.append("本文にリンク(URL)は書けません。開く場所を言葉で案内してください。")
    problems += _form_problems(channel, subject, body, button_label)
    if has_form and channel != "letter":
        problems.append("質問票（紙）を同封できるのは、手紙だけです。")
    if re.search(r"暗証番号を(?:ご)?入力|パスワードを(?:ご)?入力", body):
        problems.append("暗証番号やパスワードの入力を求める文面は使えません。")
    return problems


def _placeholder_problems(subject: str, body: str, button_label: str) -> list[str]:
    """Whatever stands in braces and would be sent as it stands, or could not be filled at all."""
    problems = []
    known = {f"{{{name}}}" for name in PLACEHOLDERS}
    unknown = sorted({meant for meant in _MEANT.findall(f"{subject}\n{body}") if meant not in known})
    if CODE_PLACEHOLDER in unknown:
        unknown.remove(CODE_PLACEHOLDER)
        problems.append(
            f"確認コードの差し込み {CODE_PLACEHOLDER} は、確認コードだけを送る文面の項目です。ここでは使えません。"
        )
    if unknown:
        usable = "、".join(sorted(known))
        problems.append(
            f"{'、'.join(unknown)} は差し込めません。使えるのは {usable} です。半角で、このとおりに書いてください。"
        )
    if _MEANT.search(button_label):
        problems.append("ボタンや二次元コードの説明に、差し込み項目は使えません。")
    return problems


def _form_problems(channel: str, subject: str, body: str, button_label: str) -> list[str]:
    """What a channel's own form asks for: a subject, one page, a label."""
    problems = []
    if channel in {"email", "letter"} and not subject.strip():
        problems.append("件名を入力してください。")
    if channel == "letter" and (lines := letter_lines(body)) > LETTER_LINES:
        problems.append(f"手紙は1枚に収めます。本文は{LETTER_LINES}行までです(現在およそ{lines:.0f}行)。")
    if channel == "sms" and subject.strip():
        problems.append("SMSに件名はありません。")
    if channel in {"line", "letter"} and not 0 < len(button_label) <= BUTTON_LABEL_LIMIT:
        what = "ボタン" if channel == "line" else "二次元コードの説明"
        problems.append(f"{what}の文字は1〜{BUTTON_LABEL_LIMIT}文字で入力してください。")
    return problems


def letter_lines(body: str) -> float:
    """How many lines of a letter a body takes, with its placeholders as they stand."""
    return sum(max(-(-len(line) // LETTER_LINE), 0.5) for line in body.split("\n"))


# Characters of one SMS, and of each part of a longer one at the carrier that counts fewest (Rakuten).
SMS_SINGLE = 70
SMS_PART = 66


def parts(channel: str, body: str, institution: str) -> int:
    """How many messages one delivery is charged for: an SMS by the length of its filled words, any other one."""
    if channel != "sms":
        return 1
    filled = fill(
        body,
        {
            "institution": institution,
            "reference": "12345-67890-1",
            "deadline": "2026年12月31日",
            "portal": PORTAL,
        },
    )
    return 1 if len(filled) <= SMS_SINGLE else -(-len(filled) // SMS_PART)


def fill(text: str, values: dict[str, str]) -> str:
    """Fill each placeholder; the caller has checked the text with ``message_problems``."""
    return _PLACEHOLDER.sub(lambda match: values[match[1]], text)
