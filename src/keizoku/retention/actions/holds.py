"""Holds: nothing of a customer, or of a campaign, is destroyed while one lasts.

Invariants: why a hold was placed is encrypted and opens to ``risk.confidential`` alone, with an audit entry; no entry, count
or word outside tells a hold for a lawsuit from one for the police (ADR 0012). A hold that is placed while a batch is at work
waits for that batch, and stops the next.
"""

from datetime import date
from typing import Final

from django.db import transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit.actions import grant_read, record
from keizoku.customers.models import Customer
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import field
from keizoku.retention.errors import HoldRefused
from keizoku.retention.models import Hold
from keizoku.retention.queries import has_campaign
from keizoku.retention.rules.matter import Matter, Why

LONGEST_REASON: Final = 500
_PAYLOAD: Final = "retention_hold.payload"


@transaction.atomic
def place_hold(
    *,
    customer_id: int | None = None,
    campaign_id: int | None = None,
    matter: str,
    reason: str,
    until_on: date | None,
    actor: Actor,
    today: date,
) -> int:
    """Stop all destruction of one customer or one campaign, until a day or until it is lifted; returns the hold's id.

    Raises:
        NotPermitted: the actor may not.
        HoldRefused: not exactly one of the two, nobody of that number, nothing left of it, no reason, or a day that is over.
    """
    authorise(actor, "retention.hold")
    why = _checked(matter, reason)
    if until_on is not None and until_on < today:
        raise HoldRefused("廃棄を止める最後の日が過ぎています。", remedy="今日より後の日にしてください。")
    if (customer_id is None) == (campaign_id is None):
        raise HoldRefused("お客さまかキャンペーンのどちらか1つを指定してください。")
    if customer_id is not None and not Customer.objects.filter(id=customer_id, destroyed_on=None).exists():
        raise HoldRefused("そのお客さまはいないか、記録を廃棄したあとです。")
    if campaign_id is not None and not has_campaign(campaign_id):
        raise HoldRefused("そのキャンペーンはありません。")
    hold = Hold(
        customer_id=customer_id,
        campaign_id=campaign_id,
        until_on=until_on,
        placed_by=str(actor),
    )
    hold.payload = field.encrypt(why.as_text(), where=_PAYLOAD, record=str(hold.key))
    hold.save(force_insert=True)
    subject = ("customer", customer_id) if customer_id is not None else ("campaign", campaign_id or 0)
    record(actor=actor, action="retention.hold.placed", subject=subject, details={"hold": hold.id})
    return hold.id


@transaction.atomic
def lift_hold(hold_id: int, *, actor: Actor) -> None:
    """Let destruction go on; plans that were approved meanwhile do not come back to what they left out.

    Raises:
        NotPermitted: the actor may not.
        HoldRefused: it was lifted already.
    """
    authorise(actor, "retention.hold")
    hold = Hold.objects.filter(id=hold_id).first()
    lifted = Hold.objects.filter(id=hold_id, lifted_at=None).update(
        lifted_at=timezone.now(), lifted_by=str(actor)
    )
    if hold is None or not lifted:
        raise HoldRefused("この停止は、もう終わっています。", remedy="一覧を開き直してください。")
    subject = (
        ("customer", hold.customer_id)
        if hold.customer_id is not None
        else ("campaign", hold.campaign_id or 0)
    )
    record(actor=actor, action="retention.hold.lifted", subject=subject, details={"hold": hold_id})


def why(hold_id: int, actor: Actor) -> Why:
    """Why a hold was placed, for those who may know suspicions; it leaves an entry each time.

    Raises:
        NotPermitted: the actor may not.
    """
    authorise(actor, "risk.confidential")
    hold = Hold.objects.get(id=hold_id)
    blob, key = bytes(hold.payload), str(hold.key)
    if hold.customer_id is not None:
        grant = grant_read(actor=actor, purpose="retention.hold", subjects=[hold.customer_id])
        text = field.decrypt(blob, where=_PAYLOAD, record=key, subject=hold.customer_id, grant=grant)
    else:
        # A campaign's hold is about no customer: there is nobody to name in a grant.
        record(actor=actor, action="retention.hold.read", subject=("campaign", hold.campaign_id or 0))
        text = field.decrypt_system_value(blob, where=_PAYLOAD, record=key)
    return Why.of_text(text)


def _checked(matter: str, reason: str) -> Why:
    reason = reason.strip()
    if matter not in set(Matter):
        raise HoldRefused("廃棄を止める理由の種類を選んでください。")
    if not 0 < len(reason) <= LONGEST_REASON:
        raise HoldRefused(f"廃棄を止める理由を{LONGEST_REASON}文字までで入力してください。")
    return Why(Matter(matter), reason)
