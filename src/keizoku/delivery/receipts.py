"""Appends receipts and their counters in one statement a campaign; whoever hears from a carrier comes through here.

Values go as arrays' texts: the driver's own conversions and a JSON document both take longer than the rows themselves
(measured). A campaign is named by a parameter, so that no statement looks into another campaign's partitions.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from keizoku.delivery import statements
from keizoku.delivery.ports import Event
from keizoku.delivery.rules import Tag
from keizoku.kernel.database import prepared

Told = Sequence[tuple[Event, Tag]]


def append(carrier: str, told: Told) -> None:
    """Receipts of deliveries that exist. What was appended before changes nothing."""
    for campaign_id, events in by_campaign(told).items():
        names = {
            "carrier": carrier,
            "events": prepared.text_array(event.event_id for event, _ in events),
            "kinds": prepared.text_array(event.kind for event, _ in events),
        }
        prepared.change(statements.APPEND_RECEIPTS, names | places(campaign_id, events))


def fold_counters() -> int:
    """Make one counter of all receipts of one kind, wave and day; returns how many rows went into others. Sums stay equal.

    One statement: whoever adds up meanwhile sees all rows from before it or all from after it. Safe to run twice or at once.
    """
    ((folded,),) = prepared.fetch("SELECT delivery_fold_counters()", {})
    return int(folded)


def by_campaign(told: Iterable[tuple[Event, Tag]]) -> Mapping[int, Told]:
    """In the order of the deliveries: neighbours lie on one page, and two workers meet no row in opposite orders."""
    found: dict[int, list[tuple[Event, Tag]]] = defaultdict(list)
    for each in told:
        found[each[1].campaign_id].append(each)
    return {campaign_id: sorted(found[campaign_id], key=_place) for campaign_id in sorted(found)}


def places(campaign_id: int, told: Told) -> dict[str, object]:
    """Which deliveries of one campaign these are, and when it happened, as a statement's parameters."""
    return {
        "campaign": campaign_id,
        "waves": prepared.array(tag.wave_id for _, tag in told),
        "positions": prepared.array(tag.position for _, tag in told),
        "moments": prepared.array(event.occurred_at.timestamp() for event, _ in told),
    }


def _place(each: tuple[Event, Tag]) -> Tag:
    return each[1]
