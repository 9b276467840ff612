"""Verbs of consents: give, withdraw. A withdrawn channel is closed to senders in the same transaction."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.db import transaction

from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.customers.consents import queries
from keizoku.customers.consents.purposes import purposes
from keizoku.customers.consents.rules import Act, Source, expiry
from keizoku.customers.errors import ConsentRefused
from keizoku.customers.models import ChannelStop, Consent, Customer
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import field
from keizoku.kernel.text.numbers import has_individual_number

LONGEST_EVIDENCE = 300


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """How a consent was given or withdrawn: ``evidence`` in words, such as 店頭の申込書 or 電話での申し出."""

    source: Source
    happened_on: date
    evidence: str
    expires_on: date | None = None


@transaction.atomic
def record_consent(
    customer_id: int,
    purpose_code: str,
    act: Act,
    told: Told,
    *,
    actor: Actor,
    today: date,
    under: str = "consents.record",
) -> int:
    """Add one event; return its id. A withdrawal of a channel's consent stops that channel from this commit on.

    An event older than the latest one of the purpose is kept as history and changes nothing that holds. ``under`` is
    the right that is asked for.

    Raises:
        NotPermitted: the actor may not.
        ConsentRefused: no such purpose, a day to come, no evidence, or an expiry before the day.
    """
    authorise(actor, under)
    purpose = purposes().get(purpose_code)
    if purpose is None:
        raise ConsentRefused("この目的は一覧にありません。", remedy="一覧から選んでください。")
    _check(told, today)
    # Locked, so that of two events at once the later one in the table also settles the channel.
    Customer.objects.select_for_update().get(id=customer_id)
    expires_on = None
    if act is Act.GIVEN:
        expires_on = told.expires_on or expiry(told.happened_on, purpose.months)
    key = uuid4()
    consent = Consent.objects.create(
        key=key,
        customer_id=customer_id,
        purpose=purpose.code,
        purpose_version=purpose.latest.number,
        words_digest=purpose.latest.digest,
        act=act.value,
        happened_on=told.happened_on,
        expires_on=expires_on,
        source=told.source.value,
        evidence=field.encrypt(told.evidence.strip(), where=queries.EVIDENCE, record=str(key)),
        recorded_by=str(actor),
    )
    audit.record(
        actor=actor,
        action=f"customers.consent.{act}",
        subject=("customer", customer_id),
        details={"purpose": purpose.code, "version": purpose.latest.number, "consent": consent.id},
    )
    if purpose.channel:
        _settle_channel(customer_id, purpose.channel, actor)
    return consent.id


def _settle_channel(customer_id: int, channel: str, actor: Actor) -> None:
    """One withdrawn purpose of a channel stops it; it opens again when none is withdrawn."""
    codes = [code for code, purpose in purposes().items() if purpose.channel == channel]
    latest = queries.latest(customer_id)
    if any(code in latest and latest[code].act == Act.WITHDRAWN for code in codes):
        _, is_new = ChannelStop.objects.get_or_create(customer_id=customer_id, channel=channel)
        if is_new:
            audit.record(
                actor=actor,
                action="customers.channel.stopped",
                subject=("customer", customer_id),
                details={"channel": channel},
            )
    elif ChannelStop.objects.filter(customer_id=customer_id, channel=channel).delete()[0]:
        audit.record(
            actor=actor,
            action="customers.channel.released",
            subject=("customer", customer_id),
            details={"channel": channel},
        )


def _check(told: Told, today: date) -> None:
    if told.happened_on > today:
        raise ConsentRefused(
            "同意や撤回の日は、今日までの日付にしてください。", remedy="日付を直してください。"
        )
    if not told.evidence.strip() or len(told.evidence) > LONGEST_EVIDENCE:
        raise ConsentRefused(
            f"どのように確かめたかを{LONGEST_EVIDENCE}文字までで入力してください。",
            remedy="例：店頭の申込書、電話での申し出。",
        )
    if has_individual_number(told.evidence):
        raise ConsentRefused(
            "個人番号（マイナンバー）とみられる12桁の番号があります。保存していません。",
            remedy="番号を取り除いてください。",
        )
    if told.expires_on is not None and told.expires_on < told.happened_on:
        raise ConsentRefused("期限が、同意の日より前です。", remedy="日付を直してください。")
