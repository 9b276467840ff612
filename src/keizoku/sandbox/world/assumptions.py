"""Every share that the world is drawn from, with where it comes from. The phone's front page shows this table.

Nothing here is a claim about a bank's customers: where no figure is published the line says "assumption".
"""

from dataclasses import dataclass
from enum import StrEnum


class Basis(StrEnum):
    PUBLISHED = "公表値"
    DERIVED = "公表値からの仮定"
    ASSUMED = "仮定"


@dataclass(frozen=True, slots=True)
class Assumption:
    """One share: `source` says in Japanese where it is from and why it may be wrong."""

    name: str
    share: float
    basis: Basis
    source: str


class Reception(StrEnum):
    """How a mobile number stands towards LINE notification messages."""

    ON = "on"
    OFF = "off"  # 422
    UNSET = "unset"  # 200, and a consent prompt that lives 24 hours
    SMS_STALE = "sms_stale"  # 200, and an SMS check (once in 180 days) that lives 24 hours
    BLOCKED = "blocked"  # 200, nothing delivered, no event
    NONE = "none"  # no LINE user: 422


class Mailbox(StrEnum):
    OPEN = "open"
    UNKNOWN = "unknown"  # 550 5.1.1
    FULL = "full"  # 552 5.2.2
    BUSY = "busy"  # 451 4.7.1 twice, then open


class Afterwards(StrEnum):
    """What becomes of a mail that a mailbox has accepted."""

    KEPT = "kept"
    UNKNOWN = "unknown"  # a host behind the first one knows no such mailbox: 5.1.1 minutes later
    FULL = "full"  # delayed, then given up with 4.2.2
    DELAYED = "delayed"  # a notice of delay, and then it arrives all the same
    COMPLAINED = "complained"  # read, and reported as unwanted


class Handset(StrEnum):
    """How a mobile number stands towards an SMS."""

    REACHED = "reached"
    UNCONNECTED = "unconnected"  # switched off until the message's limit
    UNUSED = "unused"  # nobody has this number (any more)


# Of mobile numbers. LINE publishes its users in all, not how many of a bank's numbers match; all assumed.
RECEPTION_SHARES: tuple[tuple[Reception, float], ...] = (
    (Reception.ON, 0.70),
    (Reception.OFF, 0.04),
    (Reception.UNSET, 0.03),
    (Reception.SMS_STALE, 0.02),
    (Reception.BLOCKED, 0.02),
    (Reception.NONE, 0.19),
)
# Of addresses in the bank's file. Assumed: addresses given years ago and never used since.
MAILBOX_SHARES: tuple[tuple[Mailbox, float], ...] = (
    (Mailbox.OPEN, 0.92),
    (Mailbox.UNKNOWN, 0.05),
    (Mailbox.FULL, 0.015),
    (Mailbox.BUSY, 0.015),
)
# Of mails that a mailbox has accepted. Assumed.
AFTERWARDS_SHARES: tuple[tuple[Afterwards, float], ...] = (
    (Afterwards.UNKNOWN, 0.02),
    (Afterwards.FULL, 0.005),
    (Afterwards.DELAYED, 0.005),
    (Afterwards.COMPLAINED, 0.002),
    (Afterwards.KEPT, 0.968),
)
# Of mobile numbers in the bank's file. Assumed.
HANDSET_SHARES: tuple[tuple[Handset, float], ...] = (
    (Handset.REACHED, 0.95),
    (Handset.UNCONNECTED, 0.02),
    (Handset.UNUSED, 0.03),
)
PROMPT_ACCEPTED = 0.60  # of consent prompts and SMS checks, accepted within their 24 hours; assumed
FRIENDS = 0.30  # of LINE users, friends of the bank's account; assumed
# 15 million answers to 84 million LINE notices of the health ministry's survey of 2020: not a figure of banking.
LINE_ANSWERS = 0.18
# PayPay Bank's published case of 空電プッシュ: just under 1 % for SMS and about the same for e-mail.
MAIL_ANSWERS = 0.01
SMS_ANSWERS = 0.01
MISTYPES_FIRST = 0.05  # types a wrong birth date once; assumed
CHANGES_SOMETHING = 0.12  # has a new occupation, phone number or address to tell; assumed

_SURVEY = (
    "厚生労働省×LINEの全国調査(約8,400万人への通知に約1,500万件の回答)から。顧客情報確認の数字ではありません"
)
_PAYPAY = "PayPay銀行の空電プッシュ導入事例(SMSで1%弱、メールも同程度)"
_NO_FIGURE = "公表値なし"

ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption("LINEのメッセージ1通に回答する", LINE_ANSWERS, Basis.DERIVED, _SURVEY),
    Assumption("メール1通に回答する", MAIL_ANSWERS, Basis.PUBLISHED, _PAYPAY),
    Assumption("SMS1通に回答する", SMS_ANSWERS, Basis.PUBLISHED, _PAYPAY),
    Assumption("携帯番号がLINEにあり、通知メッセージを受信する", 0.70, Basis.ASSUMED, _NO_FIGURE),
    Assumption("通知メッセージの受信を切っている(422)", 0.04, Basis.ASSUMED, _NO_FIGURE),
    Assumption("受信の設定がまだない(同意の確認が届く)", 0.03, Basis.ASSUMED, _NO_FIGURE),
    Assumption("SMSでの番号確認が必要(180日ごと)", 0.02, Basis.ASSUMED, _NO_FIGURE),
    Assumption("アカウントをブロックしている(200だが届かない)", 0.02, Basis.ASSUMED, _NO_FIGURE),
    Assumption("その番号のLINE利用者がいない(422)", 0.19, Basis.ASSUMED, _NO_FIGURE),
    Assumption("同意・SMS確認に24時間以内に応じる", PROMPT_ACCEPTED, Basis.ASSUMED, _NO_FIGURE),
    Assumption("公式アカウントの友だちである", FRIENDS, Basis.ASSUMED, _NO_FIGURE),
    Assumption("メールアドレスが今はない(550)", 0.05, Basis.ASSUMED, _NO_FIGURE),
    Assumption("メールボックスが満杯(552)", 0.015, Basis.ASSUMED, _NO_FIGURE),
    Assumption("はじめの2回は一時エラー(451)", 0.015, Basis.ASSUMED, _NO_FIGURE),
    Assumption("受け付けたあとに宛先不明で戻る(DSN)", 0.02, Basis.ASSUMED, _NO_FIGURE),
    Assumption("受け付けたあとに満杯で戻る(遅延、不達のDSN)", 0.005, Basis.ASSUMED, _NO_FIGURE),
    Assumption("遅延の知らせのあとに届く", 0.005, Basis.ASSUMED, _NO_FIGURE),
    Assumption("迷惑メールとして申告する(ARF)", 0.002, Basis.ASSUMED, _NO_FIGURE),
    Assumption("携帯電話の電源が入っていない(圏外)", 0.02, Basis.ASSUMED, _NO_FIGURE),
    Assumption("その携帯番号は使われていない", 0.03, Basis.ASSUMED, _NO_FIGURE),
    Assumption("生年月日を一度まちがえる", MISTYPES_FIRST, Basis.ASSUMED, _NO_FIGURE),
    Assumption("職業・電話・住所のどれかが変わっている", CHANGES_SOMETHING, Basis.ASSUMED, _NO_FIGURE),
)
