"""States of a code or notice, how long each may last, and what its words may be. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from keizoku.delivery.rules import CODE_PLACEHOLDER, message_problems


class CodeState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    EXPIRED = "expired"


# The carrier's late answer to a worker that was given up settles what was unknown; nothing leads back to sending.
CODE_TRANSITIONS: Final[dict[CodeState, frozenset[CodeState]]] = {
    CodeState.WAITING: frozenset({CodeState.SENDING, CodeState.EXPIRED}),
    CodeState.SENDING: frozenset({CodeState.WAITING, CodeState.SENT, CodeState.REFUSED, CodeState.UNKNOWN}),
    CodeState.UNKNOWN: frozenset({CodeState.SENT, CodeState.REFUSED}),
    CodeState.SENT: frozenset(),
    CodeState.REFUSED: frozenset(),
    CodeState.EXPIRED: frozenset(),
}
CODE_WORDS: Final = {
    CodeState.WAITING: "送信待ち",
    CodeState.SENDING: "送信中",
    CodeState.SENT: "受け付けられた",
    CodeState.REFUSED: "送れなかった",
    CodeState.UNKNOWN: "結果不明",
    CodeState.EXPIRED: "期限切れ",
}
# NIST SP 800-63B-4 §3.1.3 allows ten minutes for a code that was sent.
VALID_FOR: Final = timedelta(minutes=10)
# Two calls of ten seconds and a slot of the carrier's: whoever has not reported after this is dead.
CODE_AGES: Final = {CodeState.WAITING: VALID_FOR, CodeState.SENDING: timedelta(minutes=2)}
RESTING: Final = frozenset({CodeState.SENT, CodeState.REFUSED, CodeState.UNKNOWN, CodeState.EXPIRED})
# NIST SP 800-63B-4 asks for six digits at least, and for a limit on tries; that the limit is five of one code, and five
# codes in an hour, is our own choice: somebody who mistypes has tries left, and a carrier's bill stays small.
DIGITS: Final = 6
MOST_WRONG: Final = 5
MOST_AN_HOUR: Final = 5
# A letter takes days; "line" is a push to the linked account, never a notification message by the phone number.
CHANNELS: Final = ("sms", "email", "line")
PURPOSES: Final = {"identity": "本人確認", "contact_change": "連絡先の変更の確認"}
# Told to a contact point as it was before, without a code: an hour's outage of a carrier must not lose it.
NOTICES: Final = {"contact_changed": "連絡先を変更したお知らせ"}
NOTICE_VALID_FOR: Final = timedelta(days=1)
# A notice may also be a letter. It waits for the next full hour, so that many leave in one print file, and over a weekend on
# which the print house does not answer.
LETTER: Final = "letter"
LETTER_VALID_FOR: Final = timedelta(days=4)
# Of all codes of one customer in 24 hours; further guesses would make six digits worth trying. NIST SP 800-63B-4 §3.2.2
# allows a hundred failures in a row at most; ten, with a person who decides instead, is our own choice (ADR 0039).
MOST_WRONG_A_DAY: Final = 10

CODE: Final = CODE_PLACEHOLDER


def notice_times(channel: str, now: datetime) -> tuple[datetime, datetime]:
    """(not before, until) when a notice that is asked for now is sent by this channel."""
    if channel != LETTER:
        return now, now + NOTICE_VALID_FOR
    hour = now.replace(minute=0, second=0, microsecond=0)
    return hour + timedelta(hours=1), now + LETTER_VALID_FOR


def words_problems(channel: str, subject: str, body: str, button_label: str) -> list[str]:
    """What keeps words from carrying a code, in Japanese: the channel's own rules, with the code for the reference."""
    if channel not in CHANNELS:
        return ["確認コードは、SMS・電子メール・LINEだけで送れます。"]
    if CODE in subject:
        return ["件名に確認コードを入れないでください。"]
    if body.count(CODE) != 1:
        return ["本文に確認コードの差し込み {code} を1つ入れてください。"]
    if any(name in subject + body for name in ("{reference}", "{deadline}")):
        return ["確認コードの文面に、受付番号と期限は差し込めません。"]
    return message_problems(channel, subject, body.replace(CODE, "{reference}"), button_label)


def notice_problems(channel: str, subject: str, body: str, button_label: str) -> list[str]:
    """What keeps words from being a notice: the channel's own rules; it carries neither a code nor a reference."""
    if any(name in subject + body for name in (CODE, "{reference}", "{deadline}")):
        return ["お知らせの文面に、確認コード・受付番号・期限は差し込めません。"]
    return message_problems(channel, subject, f"{body}{{reference}}", button_label)
