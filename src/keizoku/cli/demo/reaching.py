"""Who was written to twice, or after answering: what carriers saw, told apart by the reference code in each message.

The print house knows letters by their tags alone, so the rows are asked whose those were.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from keizoku.cli.demo import canaries
from keizoku.delivery.rules import Tag

# Not a part of a delivery's tag, which looks alike.
_CODE: Final = re.compile(r"(?<![\d-])\d{5}-\d{5}-\d(?![\d-])")
# The tag of a one-time code, or of a notice that a contact point has changed: no campaign's message (``delivery.lane``).
_LANE: Final = re.compile(r"(?<!\w)kc-\d{13}(?!\d)")


@dataclass(frozen=True, slots=True)
class Reached:
    """``contacted``: channel → people. ``late``: taken on after the carrier's world had seen the answer stored."""

    contacted: dict[str, int]
    twice: int
    late: int


def reached(folder: Path, known: canaries.People) -> Reached:
    """All that the journals in ``folder`` tell of campaigns; replies within a talk, codes and notices are no contacts."""
    seen = [message for message in canaries.sends(folder) if message.address and not _is_of_the_lane(message)]
    letters = _references(message.address for message in seen if message.carrier == "letter")
    acted = [message for message in seen if message.acted]
    by_code = Counter((each.carrier, _reference(each, letters) or each.address) for each in acted)
    by_person = Counter((each.carrier, canaries.recipients(each, known) or each.address) for each in acted)
    return Reached(
        contacted=dict(Counter(carrier for carrier, _ in by_code)),
        twice=max(
            sum(count - 1 for count in by_code.values()),
            # A phone or mailbox that several share may be written to for each of them.
            sum(
                max(count - (len(who) if isinstance(who, tuple) else 1), 0)
                for (_, who), count in by_person.items()
            ),
        ),
        late=sum(1 for _ in _late(seen, folder, letters)),
    )


def _is_of_the_lane(message: canaries.Seen) -> bool:
    """By its tag; mail of the lane has none, and no campaign's mail is without a reference code (``delivery.rules``)."""
    if message.carrier == "email":
        return _CODE.search(message.text) is None
    return _LANE.search(message.text) is not None


def _late(seen: list[canaries.Seen], folder: Path, letters: dict[str, int]) -> Iterator[canaries.Seen]:
    answered = {
        _number(entry["reference"]): datetime.fromisoformat(entry["answered_at"])
        for entry in canaries.journal(folder, "answers")
        if entry["outcome"] == "done"
    }
    for message in seen:
        moment = answered.get(_reference(message, letters) or 0)
        if moment is not None and datetime.fromisoformat(message.at) > moment:
            yield message


def _reference(message: canaries.Seen, letters: dict[str, int]) -> int | None:
    """The reference code as a number."""
    if message.carrier == "letter":
        return letters.get(message.address)
    found = _CODE.search(message.text)
    return _number(found[0]) if found else None


def _number(code: str) -> int:
    return int(re.sub(r"\D", "", code))


def _references(tags: Iterable[str]) -> dict[str, int]:
    """Tag → reference code as a number; tags that no row knows are left out."""
    from django.db import connection

    asked = [tag for text in set(tags) if (tag := Tag.parse(text))]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT d.campaign_id, d.wave_id, d.position, d.reference
            FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) AS t (campaign_id, wave_id, position)
            JOIN delivery_delivery d USING (campaign_id, wave_id, position)
            """,
            [
                [tag.campaign_id for tag in asked],
                [tag.wave_id for tag in asked],
                [tag.position for tag in asked],
            ],
        )
        return {str(Tag(*row[:3])): row[3] for row in cursor.fetchall()}
