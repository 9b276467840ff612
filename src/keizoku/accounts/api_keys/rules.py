"""Scopes, the form of a key, and where one stands. Pure."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


@dataclass(frozen=True, slots=True)
class Scope:
    """What a key may be allowed: in words, and the permissions that its person's role needs for it, all of them."""

    words: str
    english: str
    permissions: tuple[str, ...]


SCOPES: Final[dict[str, Scope]] = {
    "customers:read": Scope(
        "お客さまを番号で探し、伏せ字のまま読む",
        "Look customers up and read their facts",
        ("customers.search", "customers.read"),
    ),
    "customers:reveal": Scope(
        "目的を記録して、お客さまの値を読む",
        "Read customers' identifying values for a recorded purpose",
        ("customers.unmask",),
    ),
    "customers:write": Scope("お客さまを登録し、変更する", "Create and update customers", ("imports.run",)),
    "due:read": Scope("期日を読む", "Read who is due when", ("risk.read",)),
    "campaigns:read": Scope("キャンペーンを読む", "Read campaigns", ("campaigns.read",)),
    "campaigns:write": Scope(
        "キャンペーンを作り、送信を申請する", "Draft campaigns and request approval", ("campaigns.edit",)
    ),
    "campaigns:approve": Scope(
        "ほかの人が作ったキャンペーンの送信を承認する",
        "Approve what somebody else made",
        ("campaigns.approve",),
    ),
    "campaigns:stop": Scope(
        "送信を一時停止・再開・中止する", "Pause, resume and stop campaigns", ("campaigns.read",)
    ),
    "audiences:count": Scope("対象の人数を数える", "Count audiences", ("campaigns.edit",)),
    "deliveries:read": Scope("送信の記録を読む", "Read deliveries and their results", ("campaigns.read",)),
    "answers:read": Scope(
        "回答と決定を、値なしで読む", "Read answers and decisions without values", ("reviews.read",)
    ),
    "answers:reveal": Scope(
        "目的を記録して、回答の値を読む",
        "Read the values of answers for a recorded purpose",
        ("reviews.read", "customers.unmask"),
    ),
    "identity:read": Scope(
        "本人確認の状態と結果を、値と写真なしで読む",
        "Read verifications' state and result without values and pictures",
        ("identity.read",),
    ),
    "identity:write": Scope(
        "本人確認を依頼し、取り下げる", "Ask for verifications and take them back", ("identity.ask",)
    ),
    "identity:reveal": Scope(
        "目的を記録して、書類から読み取った値を読む",
        "Read what a document says for a recorded purpose",
        ("identity.read", "customers.unmask"),
    ),
    "vision:use": Scope(
        "送った写真から書類を読み取る（保存しない）",
        "Have pictures read; nothing is kept",
        ("vision.use",),
    ),
    "events:read": Scope("出来事の一覧を読む", "Read the list of events", ("campaigns.read", "reviews.read")),
}
LONGEST_DAYS: Final = 366
# Whom a key was granted to takes its secret within this time, or it lapses.
TAKEN_WITHIN: Final = timedelta(days=7)
DEFAULT_OVERLAP: Final = timedelta(hours=24)
LONGEST_OVERLAP: Final = timedelta(days=7)
DEFAULT_CALLS_A_MINUTE: Final = 600
MOST_CALLS_A_MINUTE: Final = 6000
# "last used" is for people who tidy up: written at most so often, so that reading does not write.
USED_AGAIN_AFTER: Final = timedelta(hours=1)

SECRET_BITS: Final = 256
PREFIX_LENGTH: Final = 8
_PREFIX_LETTERS: Final = "abcdefghijkmnpqrstuvwxyz23456789"
_KEY: Final = re.compile(r"kz_([a-z2-9]{8})_[A-Za-z0-9_-]{43}")


class KeyState(StrEnum):
    GRANTED = "granted"
    ACTIVE = "active"
    LAPSED = "lapsed"
    EXPIRED = "expired"
    REVOKED = "revoked"


KEY_WORDS: Final = {
    KeyState.GRANTED: "受け取り待ち",
    KeyState.ACTIVE: "有効",
    KeyState.LAPSED: "受け取られず失効",
    KeyState.EXPIRED: "期限切れ",
    KeyState.REVOKED: "取り消し済み",
}


@dataclass(frozen=True, slots=True)
class Secret:
    """A new key as its holder writes it down, and what is kept of it."""

    text: str = field(repr=False)
    prefix: str
    digest: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Times:
    """A key's instants, from which alone its state follows."""

    take_before: datetime
    taken_at: datetime | None
    expires_at: datetime
    revoked_at: datetime | None


def new_secret() -> Secret:
    """256 random bits behind a prefix that tells keys apart in lists and logs."""
    prefix = "".join(secrets.choice(_PREFIX_LETTERS) for _ in range(PREFIX_LENGTH))
    text = f"kz_{prefix}_{secrets.token_urlsafe(SECRET_BITS // 8)}"
    return Secret(text, prefix, digest_of(text))


def prefix_of(text: str) -> str | None:
    """The prefix of what looks like a key; None for anything else."""
    found = _KEY.fullmatch(text)
    return found[1] if found else None


def digest_of(text: str) -> bytes:
    """SHA-256: enough for 256 random bits, which nobody guesses, and quick enough for each request."""
    return hashlib.sha256(text.encode()).digest()


def is_same(kept: bytes, text: str) -> bool:
    """In the same time whatever differs."""
    return hmac.compare_digest(kept, digest_of(text))


def state_of(times: Times, now: datetime) -> KeyState:
    if times.revoked_at is not None:
        return KeyState.REVOKED
    if times.taken_at is None:
        return KeyState.GRANTED if now < times.take_before else KeyState.LAPSED
    return KeyState.ACTIVE if now < times.expires_at else KeyState.EXPIRED


def unknown_scopes(scopes: Collection[str]) -> list[str]:
    return sorted(set(scopes) - set(SCOPES))
