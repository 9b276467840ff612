"""One open call in the hands of its own member of staff, and the rows of what happens in it. For this folder alone."""

from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.audit.rules import Details
from keizoku.kernel.actor import Actor
from keizoku.reviews.phone.errors import CallerUnverified, CallOver, CallRefused
from keizoku.reviews.phone.models import CallStep, PhoneCall
from keizoku.reviews.phone.rules.states import CallState, StepKind

PERMISSION = "phone_desk.use"


def hold(call_id: int, staff: Staff) -> PhoneCall:
    """The staff's own open call, locked until the transaction ends. Raises ``CallOver``, ``CallRefused``."""
    authorise(staff.actor, PERMISSION)
    call = PhoneCall.objects.select_for_update().get(id=call_id)
    if call.staff_id != staff.pk:
        raise CallRefused("ほかの担当者の通話です。", remedy="電話窓口から、ご自身の通話を開いてください。")
    if call.state != CallState.OPEN:
        raise CallOver
    return call


def hold_found(call_id: int, staff: Staff) -> tuple[PhoneCall, int]:
    """The same, with the customer whom it is about."""
    call = hold(call_id, staff)
    if call.customer_id is None:
        raise CallRefused(
            "お客さまがまだ見つかっていません。", remedy="先に、番号でお客さまを探してください。"
        )
    return call, call.customer_id


def hold_verified(call_id: int, staff: Staff) -> tuple[PhoneCall, int]:
    """The same, of a caller who has been verified. Raises ``CallerUnverified``."""
    call, customer_id = hold_found(call_id, staff)
    if call.verified_at is None:
        raise CallerUnverified
    return call, customer_id


def step(call: PhoneCall, kind: StepKind, detail: str = "") -> None:
    """One more row of the call; its time of silence begins anew."""
    now = timezone.now()
    CallStep.objects.create(call=call, at=now, kind=kind.value, detail=detail)
    PhoneCall.objects.filter(id=call.id).update(touched_at=now)


def record(call: PhoneCall, actor: Actor, action: str, **details: str | int | None) -> None:
    """The audit's entry: the subject is the customer once there is one, so that his trail is whole."""
    told: Details = {"call": call.id, **details}
    subject = ("call", call.id) if call.customer_id is None else ("customer", call.customer_id)
    audit.record(actor=actor, action=action, subject=subject, details=told)
