"""Returned mail, told by the print house or recorded by staff: the delivery did not arrive, and its address is in doubt.

Once a delivery, whoever tells it first. A letter that somebody refuses or does not collect says nothing against the
address; the other reasons make the contact point unreachable and open an event that brings the due date forward.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from django.db import connection, transaction

from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.customers.contact.actions import Proof, take_evidence
from keizoku.customers.contact.rules import Sign
from keizoku.delivery import receipts
from keizoku.delivery.letters.actions import ACTOR, CHANNEL
from keizoku.delivery.letters.errors import LetterRefused
from keizoku.delivery.letters.models import LetterReturn
from keizoku.delivery.letters.ports import Returned
from keizoku.delivery.letters.rules import ADDRESS_FAULTS, ReturnReason, return_problem
from keizoku.delivery.ports import Event
from keizoku.delivery.rules import CONTACT_POINTS, Tag
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO, business_today
from keizoku.risk import events
from keizoku.risk.errors import EventRefused
from keizoku.risk.rules.scale import EventKind

_LETTERS: Final = """
SELECT DISTINCT ON (d.campaign_id, d.wave_id, d.position)
       d.campaign_id, d.wave_id, d.position, d.customer_id, a.started_at,
       (b.made_at AT TIME ZONE 'Asia/Tokyo')::date
FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) AS t (campaign_id, wave_id, position)
JOIN delivery_delivery d USING (campaign_id, wave_id, position)
JOIN delivery_attempt a USING (campaign_id, wave_id, position)
JOIN delivery_letter l USING (campaign_id, wave_id, position)
JOIN delivery_letterbatch b ON b.id = l.batch_id
ORDER BY d.campaign_id, d.wave_id, d.position, a.started_at DESC
"""


@dataclass(frozen=True, slots=True)
class _Letter:
    customer_id: int
    begun_at: datetime
    made_on: date


def record_return(reference: str, reason: ReturnReason, returned_on: date, *, actor: Actor) -> int:
    """Write down one letter that came back to us; returns whose it was. ``reference`` is the number in its corner.

    Raises:
        LetterRefused: no such letter, an impossible day, or it is known already.
    """
    authorise(actor, "letters.record_return")
    tag = Tag.parse(reference.strip().lower())
    letter = _known([tag]).get(tag) if tag else None
    if tag is None or letter is None:
        raise LetterRefused(
            "この番号の手紙は見つかりません。",
            remedy="手紙の右下の「kz-」で始まる番号を、そのまま入力してください。",
        )
    if problem := return_problem(returned_on, letter.made_on, business_today()):
        raise LetterRefused(problem, remedy="封筒に押された日付印を見てください。")
    if not take_returns([Returned(str(tag), reason, returned_on)], actor=actor):
        raise LetterRefused(
            "この手紙が戻ってきたことは、すでに記録されています。", remedy="手続きはいりません。"
        )
    return letter.customer_id


def take_returns(told: Sequence[Returned], *, actor: Actor = ACTOR) -> int:
    """Take in what came back; returns how many letters were not known to have. Safe to repeat."""
    tagged = {tag: one for one in told if (tag := Tag.parse(one.tag))}
    letters = _known(list(tagged))
    known = {tag: one for tag, one in tagged.items() if tag in letters}
    with transaction.atomic():
        new = {tag: known[tag] for tag in _append(known, actor)}
        if not new:
            return 0
        _receipts(new)
        _evidence(new, letters)
        for tag, one in new.items():  # letter by letter: each person's due date is reckoned anew
            _bring_forward(letters[tag].customer_id, one, actor)
        for wave_id, count in Counter(tag.wave_id for tag in new).items():
            audit.record(
                actor=actor,
                action="delivery.letters.returned",
                subject=("wave", wave_id),
                details={"count": count},
            )
    return len(new)


def _known(tags: Sequence[Tag]) -> dict[Tag, _Letter]:
    if not tags:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _LETTERS,
            [
                [tag.campaign_id for tag in tags],
                [tag.wave_id for tag in tags],
                [tag.position for tag in tags],
            ],
        )
        return {
            Tag(campaign, wave, position): _Letter(customer, begun_at, made_on)
            for campaign, wave, position, customer, begun_at, made_on in cursor.fetchall()
        }


def _append(told: dict[Tag, Returned], actor: Actor) -> list[Tag]:
    """Those that were not known yet."""
    rows = LetterReturn.objects.bulk_create(
        [
            LetterReturn(
                campaign_id=tag.campaign_id,
                wave_id=tag.wave_id,
                position=tag.position,
                reason=one.reason,
                returned_on=one.returned_on,
                number=one.number,
                told_by=str(actor),
            )
            for tag, one in told.items()
            if not LetterReturn.objects.filter(
                campaign_id=tag.campaign_id, wave_id=tag.wave_id, position=tag.position
            ).exists()
        ]
    )
    return [Tag(row.campaign_id, row.wave_id, row.position) for row in rows]


def _receipts(new: dict[Tag, Returned]) -> None:
    receipts.append(
        CHANNEL,
        [
            (Event(f"returned:{tag}", str(tag), "undelivered", _noon(one.returned_on)), tag)
            for tag, one in new.items()
        ],
    )


def _evidence(new: dict[Tag, Returned], letters: dict[Tag, _Letter]) -> None:
    take_evidence(
        [
            Proof(
                customer_id=letters[tag].customer_id,
                point=CONTACT_POINTS[CHANNEL],
                channel=CHANNEL,
                sign=Sign.BOUNCED,
                campaign_id=tag.campaign_id,
                begun_at=letters[tag].begun_at,
                day=one.returned_on,
            )
            for tag, one in new.items()
            if one.reason in ADDRESS_FAULTS
        ],
        ACTOR,
    )


def _bring_forward(customer_id: int, one: Returned, actor: Actor) -> None:
    """Mail that comes back is an occasion to confirm a customer again; what the day is already known for stays."""
    if one.reason not in ADDRESS_FAULTS:
        return
    try:
        events.record_event(customer_id, EventKind.RETURNED_MAIL, one.returned_on, actor, business_today())
    except EventRefused:
        return


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=TOKYO)
