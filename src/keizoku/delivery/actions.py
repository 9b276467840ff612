"""Delivery's verbs: write a message version, open and close a campaign's gate, open a wave, take in carriers' callbacks."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.delivery import proofs, receipts, statements
from keizoku.delivery.errors import MessageRefused
from keizoku.delivery.models import Gate, MessageVersion, RawEvent, Wave
from keizoku.delivery.ports import Conversing, Event
from keizoku.delivery.registry import transport
from keizoku.delivery.rules import CHUNK_SIZE, Tag, message_problems
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_now
from keizoku.kernel.database import prepared
from keizoku.kernel.logs import get_logger

log = get_logger(__name__)

# Several events each. Two workers share what piled up, and a batch is soon committed.
CALLBACKS_A_BATCH = 200


def write_message(
    *,
    channel: str,
    name: str,
    subject: str,
    body: str,
    button_label: str,
    actor: Actor,
    has_form: bool = False,
) -> int:
    """Keep a message version for ever and return its id; ``has_form``: a letter encloses the questionnaire on paper.

    Raises:
        MessageRefused: the words break a rule of the channel; the message names every problem.
    """
    problems = message_problems(channel, subject, body, button_label, has_form=has_form)
    if problems:
        raise MessageRefused(" ".join(problems), remedy="文面を直してもう一度保存してください。")
    return keep_message(
        channel=channel,
        name=name,
        subject=subject,
        body=body,
        button_label=button_label,
        actor=actor,
        has_form=has_form,
    )


def keep_message(
    *,
    channel: str,
    name: str,
    subject: str,
    body: str,
    button_label: str,
    actor: Actor,
    has_form: bool = False,
) -> int:
    """Keep words that were checked by the rules of what they are for; returns their id."""
    # Words that enclose nothing keep the digest that they always had.
    told = [channel, subject, body, button_label, *(["form"] if has_form else [])]
    digest = hashlib.sha256(json.dumps(told).encode()).hexdigest()
    with transaction.atomic():
        message = MessageVersion.objects.create(
            channel=channel,
            name=name,
            subject=subject,
            body=body,
            button_label=button_label,
            has_form=has_form,
            digest=digest,
            made_by=actor.id,
        )
        audit.record(actor=actor, action="delivery.message.written", subject=("message", message.id))
    return message.id


def open_campaign(campaign_id: int) -> None:
    """Make the campaign's partitions and its gate (closed). Harmless when repeated."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT delivery_open_campaign(%s)", [campaign_id])
    Gate.objects.get_or_create(campaign_id=campaign_id)


def set_gate(campaign_id: int, *, is_open: bool) -> None:
    """Let a campaign send, or stop it: from the next window on, nothing is claimed."""
    Gate.objects.filter(campaign_id=campaign_id).update(is_open=is_open, changed_at=timezone.now())


def open_wave(
    *,
    campaign_id: int,
    step: int,
    message_id: int,
    deadline: date,
    recipients: str,
    parameters: Mapping[str, Any],
    course: int = 1,
    send_until: datetime | None = None,
) -> int:
    """Turn whoever ``recipients`` selects into deliveries of one wave, cut into chunks; returns how many.

    Args:
        campaign_id: the campaign, whose partitions exist.
        step: the journey's step, from 1.
        message_id: the words; their channel is the wave's.
        deadline: the last day to answer, for the message.
        recipients: a SELECT of (customer_id, review_id, reference); its parameters are named.
        parameters: the SELECT's parameters.
        course: the class of customers whose journey this is.
        send_until: business time from which on nothing of it is sent, until ``prolong_waves``; None at any hour.
    """
    channel = MessageVersion.objects.values_list("channel", flat=True).get(id=message_id)
    with transaction.atomic(), connection.cursor() as cursor:
        wave = Wave.objects.create(
            campaign_id=campaign_id,
            step=step,
            channel=channel,
            message_id=message_id,
            deadline=deadline,
            size=0,
            course=course,
            planned_at=business_now(),
            send_until=send_until,
        )
        names = {**parameters, "campaign": campaign_id, "wave": wave.id, "step": step, "size": CHUNK_SIZE}
        cursor.execute(statements.FILL_WAVE.format(recipients=recipients), names)
        size = int(cursor.rowcount)
        if size == 0:
            wave.delete()
            return 0
        cursor.execute(
            "SELECT max(position) FROM delivery_delivery WHERE campaign_id = %s AND wave_id = %s",
            [campaign_id, wave.id],
        )
        (last,) = cursor.fetchone()
        cursor.execute(statements.CHUNKS, names | {"last": last})
        Wave.objects.filter(id=wave.id).update(size=size)
    return size


def prolong_waves(campaign_id: int, course: int, *, now: datetime, until: datetime | None) -> int:
    """Let the waves of a course that the end of the day interrupted go on; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            statements.PROLONG, {"campaign": campaign_id, "course": course, "now": now, "until": until}
        )
        return int(cursor.rowcount)


def store_raw_event(carrier: str, body: bytes) -> None:
    """Keep the delivery events of a verified callback, and what it tells of accounts; they are understood later. What else
    it says is not kept: a LINE callback may hold a customer's own words, an SMS carrier's the phone number.

    Raises:
        ValueError: it is no callback of this carrier; nothing is kept.
    """
    known = transport(carrier)
    if isinstance(known, Conversing):
        known.hear(body)
    if kept := known.keep(body):
        with connection.cursor() as cursor:
            cursor.execute(statements.KEEP_RAW_EVENT, [carrier, kept])


def process_raw_events() -> int:
    """Turn waiting callbacks into receipts; returns how many callbacks. Repeats and duplicates change nothing.

    One that cannot be read, or that the database does not take, is put aside with its problem until a person has dealt with
    it (``put_aside``); the others go on.
    """
    with transaction.atomic():
        waiting = prepared.fetch(statements.TAKE_RAW_EVENTS, {"limit": CALLBACKS_A_BATCH})
        by_carrier: dict[str, dict[int, list[Event]]] = defaultdict(dict)
        problems: dict[int, str] = {}
        for raw_id, carrier, body in waiting:
            try:
                by_carrier[carrier][raw_id] = transport(carrier).read_events(body)
            except Exception as fault:  # noqa: BLE001 - whatever it is, the callbacks behind it go on
                problems[raw_id] = type(fault).__name__
        for carrier, told in by_carrier.items():
            problems |= _take_callbacks(carrier, told)
        for raw_id, problem in problems.items():
            log.error("delivery.callback_put_aside", raw_event_id=raw_id, problem=problem)
            RawEvent.objects.filter(id=raw_id).update(problem=problem, processed_at=None)
    return len(waiting)


def _take_callbacks(carrier: str, told: Mapping[int, list[Event]]) -> dict[int, str]:
    """Receipts of callbacks by their id, all at once; where that fails, one by one. Returns the problems of those put aside.

    A database that is away or busy is nobody's fault: they all wait for the next round.
    """
    try:
        with transaction.atomic():
            _append_receipts(carrier, [event for events in told.values() for event in events])
    except OperationalError:
        raise
    except Exception as fault:  # noqa: BLE001 - a tag, an id or a time that no column takes
        if len(told) == 1:
            return dict.fromkeys(told, type(fault).__name__)
        problems: dict[int, str] = {}
        for raw_id, events in told.items():
            problems |= _take_callbacks(carrier, {raw_id: events})
        return problems
    return {}


def take_events(carrier: str, events: Sequence[Event]) -> None:
    """Receipts of what a carrier sent back by another way than a callback. Repeats and duplicates change nothing."""
    _append_receipts(carrier, list(events))


def _append_receipts(carrier: str, events: list[Event]) -> None:
    """Receipts of deliveries that exist; an event with a tag that is not ours is left out."""
    tagged = [(event, tag) for event in events if (tag := Tag.parse(event.tag))]
    receipts.append(carrier, tagged)
    proofs.take_receipts(carrier, tagged)
