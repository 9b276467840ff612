"""The lane's verbs: write words for a code, ask for a code, redeem one, tell a contact point that it was changed.

A code is sent because its customer asks for it this moment, so a wish not to be written to does not hold it up (ADR 0034);
whoever calls has to know that it is the customer who asks, and shows nothing that tells whether a customer exists.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.delivery.actions import keep_message
from keizoku.delivery.errors import MessageRefused
from keizoku.delivery.lane.errors import CodeAskedAlready, CodeRefused
from keizoku.delivery.lane.models import Code
from keizoku.delivery.lane.queries import last_asked
from keizoku.delivery.lane.rules import (
    CODE,
    DIGITS,
    MOST_AN_HOUR,
    MOST_WRONG,
    MOST_WRONG_A_DAY,
    NOTICES,
    PURPOSES,
    VALID_FOR,
    CodeState,
    notice_times,
    words_problems,
)
from keizoku.delivery.lane.sealing import digest_of, seal
from keizoku.delivery.models import MessageVersion
from keizoku.kernel.actor import Actor

_ALONE: Final = "SELECT pg_advisory_xact_lock(hashtextextended('delivery.lane', %s))"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to send: a code for ``purpose``, to this customer by ``channel``, in these words."""

    customer_id: int
    channel: str
    purpose: str
    message_id: int


def write_words(*, channel: str, name: str, subject: str, body: str, button_label: str, actor: Actor) -> int:
    """Keep words that carry a code for ever and return their id.

    Raises:
        MessageRefused: the words break a rule; the message names every problem.
    """
    problems = words_problems(channel, subject, body, button_label)
    if problems:
        raise MessageRefused(" ".join(problems), remedy="文面を直してもう一度保存してください。")
    return keep_message(
        channel=channel, name=name, subject=subject, body=body, button_label=button_label, actor=actor
    )


def ask(wanted: Wanted, *, actor: Actor, again_after: timedelta = timedelta()) -> UUID:
    """Make a code and let it be sent at once; returns the key by which it is redeemed. Nobody is told the code.

    Raises:
        CodeAskedAlready: the last one of this purpose was asked for less than ``again_after`` ago.
        CodeRefused: a purpose or words that there are not, or too many codes within an hour.
    """
    words = MessageVersion.objects.filter(id=wanted.message_id, channel=wanted.channel).first()
    if wanted.purpose not in PURPOSES or words is None or CODE not in words.body:
        raise CodeRefused(
            "この文面では確認コードを送れません。", remedy="確認コード用の文面を選んでください。"
        )
    key, digits, now = uuid4(), f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}", timezone.now()
    with transaction.atomic():
        _require_room(wanted, again_after)
        code = Code.objects.create(
            key=key,
            customer_id=wanted.customer_id,
            channel=wanted.channel,
            purpose=wanted.purpose,
            message=words,
            sealed=seal(digits, key),
            digest=digest_of(digits, key),
            asked_at=now,
            not_before=now,
            expires_at=now + VALID_FOR,
            moved_at=now,
        )
        audit.record(
            actor=actor,
            action="delivery.code.asked",
            subject=("customer", wanted.customer_id),
            details={"code": code.id, "channel": wanted.channel, "purpose": wanted.purpose},
        )
    return key


def notify(wanted: Wanted, *, record_version: int, actor: Actor) -> None:
    """Let a notice be sent to the contact point as it was in a version of the record; it carries no code.

    Raises:
        CodeRefused: no such notice, or words that there are not.
    """
    words = MessageVersion.objects.filter(id=wanted.message_id, channel=wanted.channel).first()
    if wanted.purpose not in NOTICES or words is None or CODE in words.body:
        raise CodeRefused("この文面ではお知らせを送れません。", remedy="お知らせ用の文面を選んでください。")
    now = timezone.now()
    not_before, until = notice_times(wanted.channel, now)
    with transaction.atomic():
        code = Code.objects.create(
            customer_id=wanted.customer_id,
            channel=wanted.channel,
            purpose=wanted.purpose,
            message=words,
            digest=b"",
            asked_at=now,
            not_before=not_before,
            expires_at=until,
            moved_at=now,
            record_version=record_version,
        )
        audit.record(
            actor=actor,
            action="delivery.notice.asked",
            subject=("customer", wanted.customer_id),
            details={"code": code.id, "channel": wanted.channel, "purpose": wanted.purpose},
        )


def redeem(key: UUID, typed: str, *, actor: Actor) -> bool:
    """Whether this is the code: the newest of its customer and purpose, in time, for the first time, within few tries.

    A wrong code, a right one and one that is over take the same work, so that the time tells no more than the answer.
    """
    with transaction.atomic():
        code = Code.objects.select_for_update().filter(key=key).first()
        if code is None:
            return False
        may_be = _may_be_redeemed(code)
        is_right = hmac.compare_digest(bytes(code.digest), digest_of(typed.strip(), code.key)) and may_be
        used_at = timezone.now() if is_right else code.used_at
        wrong = code.wrong + (may_be and not is_right)
        Code.objects.filter(id=code.id).update(used_at=used_at, wrong=wrong)
        audit.record(
            actor=actor,
            action="delivery.code.redeemed" if is_right else "delivery.code.mistyped",
            subject=("customer", code.customer_id),
            details={"code": code.id, "purpose": code.purpose},
        )
    return is_right


def _may_be_redeemed(code: Code) -> bool:
    """A message of which nobody knows may have arrived, and whoever types its code has it."""
    newer = Code.objects.filter(customer_id=code.customer_id, purpose=code.purpose, id__gt=code.id)
    has_newer = newer.exists()
    return (
        code.purpose in PURPOSES
        and code.state in {CodeState.SENDING, CodeState.SENT, CodeState.UNKNOWN}
        and code.used_at is None
        and code.wrong < MOST_WRONG
        and timezone.now() < code.expires_at
        and not has_newer
    )


def _require_room(wanted: Wanted, again_after: timedelta) -> None:
    """Refuse one code too many, or too soon; whoever asks at the same moment waits for the other."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE, [wanted.customer_id])
    now = timezone.now()
    last = last_asked(wanted.customer_id, wanted.purpose)
    if last is not None and now - last < again_after:
        raise CodeAskedAlready
    codes = Code.objects.filter(customer_id=wanted.customer_id, purpose__in=PURPOSES)
    wrong = codes.filter(asked_at__gt=now - timedelta(days=1)).aggregate(all=Sum("wrong"))["all"] or 0
    if wrong >= MOST_WRONG_A_DAY:
        raise CodeRefused(
            "確認番号の入力が続けて違ったため、24時間は送れません。",
            remedy="担当者による確認をお待ちください。",
        )
    if codes.filter(asked_at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise CodeRefused(
            f"確認番号は1時間に{MOST_AN_HOUR}回まで送れます。",
            remedy="しばらく待ってから、もう一度お試しください。",
        )
