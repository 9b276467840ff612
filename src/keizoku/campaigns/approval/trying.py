"""Sending one message of a draft to oneself, by the real carrier: kept as a fact, the address is not.

It is no delivery: it has no customer, no review and a tag that no receipt of ours carries. An address that belongs to a
customer is refused, so that no test reaches one.
"""

import asyncio
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from keizoku.accounts.access import authorise
from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.campaigns.approval.models import TrialSend
from keizoku.campaigns.errors import CampaignRefused
from keizoku.campaigns.models import Campaign, Step
from keizoku.campaigns.rules import State
from keizoku.customers.search.searching import find
from keizoku.delivery.models import MessageVersion
from keizoku.delivery.ports import Message, Outcome, Outgoing
from keizoku.delivery.registry import transport
from keizoku.delivery.rules import PORTAL, fill
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.kernel.personal import EmailAddress, PhoneNumber
from keizoku.kernel.text.phone import PhoneClass, read_phone

SAMPLE_REFERENCE = "12345-67890-1"
# How long the carrier may take; its own time-outs are shorter.
LONGEST_S = 60
BY_PHONE = frozenset({"line", "sms"})
CHANNELS = BY_PHONE | {"email"}


def send_to_oneself(campaign_id: int, *, step_id: int, address: str, staff: Staff) -> Outcome:
    """Send one step's message of a draft to an address of one's own; returns what the carrier said.

    Raises:
        NotPermitted: without the right to make campaigns.
        CampaignRefused: not a draft's step, no address of this channel, or a customer's.
    """
    authorise(staff.actor, "campaigns.edit")
    step = (
        Step.objects.filter(id=step_id, campaign_id=campaign_id).select_related("campaign", "message").first()
    )
    if step is None or step.campaign.state not in {State.DRAFT, State.REQUESTED}:
        raise CampaignRefused("この手順は試し送りできません。", remedy="画面を開き直してください。")
    to = _address(step.channel, address)
    key = uuid4()
    with transaction.atomic():
        trial = TrialSend.objects.create(
            campaign=step.campaign,
            message=step.message,
            channel=step.channel,
            staff_id=staff.id,
            key=key,
        )
        audit.record(
            actor=Actor.staff(staff.id),
            action="campaigns.message.tried",
            subject=("campaign", campaign_id),
            details={"message": step.message_id, "channel": step.channel, "trial": trial.id},
        )
    outgoing = Outgoing(str(key), f"kt-{trial.id:013d}", to, _message(step.campaign, step.message))
    outcome = asyncio.run(_send(step.channel, outgoing))
    TrialSend.objects.filter(id=trial.id).update(result=outcome.result.value, code=outcome.code[:60])
    return outcome


async def _send(channel: str, outgoing: Outgoing) -> Outcome:
    async with asyncio.timeout(LONGEST_S), transport(channel).connect() as sender:
        (outcome,) = await sender([outgoing])
        return outcome


def _address(channel: str, text: str) -> PhoneNumber | EmailAddress:
    typed = text.strip()
    if channel not in CHANNELS:
        raise CampaignRefused("この手段は試し送りできません。", remedy="文面の見本を画面で確かめてください。")
    if channel in BY_PHONE:
        phone = read_phone(typed)
        if phone is None or phone.kind is not PhoneClass.MOBILE:
            raise CampaignRefused(
                "携帯電話の番号ではありません。",
                remedy="ご自分の携帯電話の番号を入力してください（例：090-1234-5678）。",
            )
        to: PhoneNumber | EmailAddress = PhoneNumber(phone.e164)
    elif "@" in typed and " " not in typed:
        to = EmailAddress(typed)
    else:
        raise CampaignRefused(
            "メールアドレスではありません。", remedy="ご自分のメールアドレスを入力してください。"
        )
    if find(typed, limit=1).total:
        raise CampaignRefused(
            "お客さまの連絡先として登録されているため、試し送りできません。",
            remedy="職員の連絡先を入力してください。",
        )
    return to


def _message(campaign: Campaign, words: MessageVersion) -> Message:
    """The words with sample values; the button leads to the home page, since there is no review behind it."""
    closes_on = business_today() + timedelta(days=campaign.answer_days)
    values = {
        "institution": settings.INSTITUTION,
        "reference": SAMPLE_REFERENCE,
        "deadline": f"{closes_on.year}年{closes_on.month}月{closes_on.day}日",
        "portal": PORTAL,
    }
    return Message(
        subject=fill(words.subject, values),
        body=fill(words.body, values),
        button_label=words.button_label,
        button_url=f"{settings.PUBLIC_URL}/" if words.button_label else "",
        reference=SAMPLE_REFERENCE,
        deadline=closes_on,
    )
