"""What came of it: the carriers' journals (written before any de-duplication of theirs, on their clock) against the rows.

A delivery is named by what the carrier was told: LINE's delivery tag or retry key, the mail's Message-ID, the SMS's tag, the
letter's tag in the list of its batch. The print house acts once for each batch's key; LINE once for each retry key.
"""

import email
import email.policy
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from keizoku.cli.demo import canaries
from keizoku.delivery.rules import Tag

Place = tuple[int, int, int]  # campaign, wave, position


@dataclass(frozen=True, slots=True)
class Taken:
    """One message that a carrier took on."""

    place: Place
    at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery as the rows tell it; ``result`` is the best of its outcomes and receipts, "none" without any."""

    place: Place
    customer_id: int
    channel: str
    reference: int
    result: str
    first_attempt: datetime | None


@dataclass(frozen=True, slots=True)
class Count:
    """``lost`` must be empty: what got lost → how often."""

    deliveries: int
    results: dict[str, int]
    contacted: dict[str, int]
    sent_twice: int
    sent_after_answer: int
    in_flight_at_answer: int
    lost: dict[str, int]
    unknown: int
    unknown_by_channel: dict[str, int]
    answers: int


def count(folder: Path) -> Count:
    """Everything, once all is still."""
    deliveries = {each.place: each for each in _deliveries()}
    keys = _keys()
    taken = [*_taken(folder, keys)]
    answered = _answered(folder)
    per_place = Counter(each.place for each in taken)
    per_customer = Counter(
        (deliveries[each.place].customer_id, each.place[0], deliveries[each.place].channel) for each in taken
    )
    late = [each for each in taken if _is_late(each, deliveries[each.place], answered)]
    in_flight = [each for each in late if _was_begun(deliveries[each.place], answered)]
    results = Counter(each.result for each in deliveries.values())
    return Count(
        deliveries=len(deliveries),
        results=dict(results),
        contacted=dict(Counter(deliveries[place].channel for place in per_place)),
        sent_twice=max(_repeats(per_place), _repeats(per_customer)),
        sent_after_answer=len(late) - len(in_flight),
        in_flight_at_answer=len(in_flight),
        lost={
            name: number
            for name, number in {
                "without_a_result": results["none"] + results["deferred"],
                "accepted_but_never_taken": sum(
                    each.result in {"accepted", "delivered", "undelivered"} and each.place not in per_place
                    for each in deliveries.values()
                ),
                "answers_not_stored": _answers_not_stored(folder),
            }.items()
            if number
        },
        unknown=results["unknown"],
        unknown_by_channel=dict(
            Counter(each.channel for each in deliveries.values() if each.result == "unknown")
        ),
        answers=len(answered),
    )


def _repeats(counts: Counter[Any]) -> int:
    return sum(number - 1 for number in counts.values())


def _is_late(each: Taken, delivery: Delivery, answered: dict[int, datetime]) -> bool:
    """The carrier received it after its customer had seen that the answer is stored."""
    moment = answered.get(delivery.reference)
    return moment is not None and each.at > moment


def _was_begun(delivery: Delivery, answered: dict[int, datetime]) -> bool:
    """Its attempt was committed before: part of the window that was in flight (design: the only one that may be late)."""
    return delivery.first_attempt is not None and delivery.first_attempt <= answered[delivery.reference]


def _taken(folder: Path, keys: dict[str, Place]) -> Iterator[Taken]:
    for entry in canaries.journal(folder, "line"):
        if entry["acted"] and entry["path"] in {canaries.NOTIFY, canaries.PUSH}:
            tag = Tag.parse(entry["headers"].get("x-line-delivery-tag", ""))
            place = _place(tag) if tag else keys[entry["headers"]["x-line-retry-key"]]
            yield Taken(place, datetime.fromisoformat(entry["at"]))
    for entry in canaries.journal(folder, "smtp"):
        if entry["verb"] == "DATA" and entry["acted"]:
            mail = email.message_from_bytes(canaries.raw_body(entry), policy=email.policy.default)
            key = re.match(r"<([0-9a-f-]{36})@", str(mail["Message-ID"]))
            assert key is not None
            yield Taken(keys[key[1]], datetime.fromisoformat(entry["at"]))
    for entry in canaries.journal(folder, "sms"):
        if entry["acted"]:
            tags = [Tag.parse(tag) for tag in parse_qs(entry["body"])["tags[]"]]
            yield Taken(
                _place(next(tag for tag in tags if tag is not None)), datetime.fromisoformat(entry["at"])
            )
    for entry in canaries.journal(folder, "print"):
        if entry["acted"]:
            for row in json.loads(entry["manifest"])["list"]:
                tag = Tag.parse(row["tag"])
                assert tag is not None
                yield Taken(_place(tag), datetime.fromisoformat(entry["at"]))


def _place(tag: Tag) -> Place:
    return (tag.campaign_id, tag.wave_id, tag.position)


def _answered(folder: Path) -> dict[int, datetime]:
    """Reference → when the customer saw that the answer is stored."""
    return {
        int(re.sub(r"\D", "", entry["reference"])): datetime.fromisoformat(entry["answered_at"])
        for entry in canaries.journal(folder, "answers")
        if entry["outcome"] == "done"
    }


def _answers_not_stored(folder: Path) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT r.reference FROM reviews_answer a JOIN reviews_review r ON r.id = a.review_id")
        stored = {reference for (reference,) in cursor.fetchall()}
    return len(set(_answered(folder)) - stored)


def _keys() -> dict[str, Place]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT key::text, campaign_id, wave_id, position FROM delivery_attempt")
        return {row[0]: row[1:] for row in cursor.fetchall()}


def _deliveries() -> Iterator[Delivery]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT d.campaign_id, d.wave_id, d.position, d.customer_id, w.channel, d.reference,
                   COALESCE((SELECT kind FROM (
                       SELECT o.result AS kind FROM delivery_outcome o
                       WHERE (o.campaign_id, o.wave_id, o.position) = (d.campaign_id, d.wave_id, d.position)
                       UNION ALL
                       SELECT r.kind FROM delivery_receipt r
                       WHERE (r.campaign_id, r.wave_id, r.position) = (d.campaign_id, d.wave_id, d.position)
                   ) found ORDER BY delivery_rank(kind) DESC LIMIT 1), 'none'),
                   (SELECT min(a.started_at) FROM delivery_attempt a
                    WHERE (a.campaign_id, a.wave_id, a.position) = (d.campaign_id, d.wave_id, d.position))
            FROM delivery_delivery d JOIN delivery_wave w ON w.id = d.wave_id
            """
        )
        for campaign, wave, position, *rest in cursor.fetchall():
            yield Delivery((campaign, wave, position), *rest)
