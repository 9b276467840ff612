"""What all races count: from LINE's own journal who was written to, and from the rows how each delivery ended."""

from collections import Counter
from collections.abc import Sequence

from journeys.house import PATIENCE_S, House, hash_of
from journeys.world import Person

WINDOW = 50  # of the LINE transport: as many may be unknown for each kill

_BEST = """
SELECT COALESCE(best.result, 'none'), count(*) FROM delivery_delivery d
LEFT JOIN LATERAL (
    SELECT o.result FROM delivery_outcome o
    WHERE (o.campaign_id, o.wave_id, o.position) = (d.campaign_id, d.wave_id, d.position)
    ORDER BY delivery_rank(o.result) DESC LIMIT 1
) best ON true
WHERE d.campaign_id = %s GROUP BY 1
"""


def results(home: House, campaign: int) -> dict[str, int]:
    """Best result → number of deliveries; ``none`` for those without any."""
    return dict(home.sql(_BEST, campaign))


def requests(home: House, people: Sequence[Person]) -> Counter[int]:
    """How often LINE was asked to write to somebody → to how many people."""
    asked = Counter(entry["to"] for entry in home.line_pushes())
    return Counter(asked[hash_of(person)] for person in people)


def asked(home: House, people: Sequence[Person]) -> int:
    """How many of these people LINE was asked to write to."""
    return len(people) - requests(home, people)[0]


def expire_leases(home: House) -> None:
    """Lets a dead worker's lease (``keizoku.delivery.rules.LEASE``, 20 seconds) pass at once."""
    home.sql("UPDATE delivery_chunk SET leased_until = now() WHERE state = 'leased'")


def wait_until_sent(
    home: House, campaign: int, people: Sequence[Person], *, patience_s: float = PATIENCE_S
) -> dict[str, int]:
    """Until every chunk is closed; returns the results."""
    home.wait(
        lambda: home.number(
            "SELECT (count(*) > 0 AND bool_and(state = 'closed'))::int FROM delivery_chunk WHERE campaign_id = %s",
            campaign,
        ),
        f"campaign {campaign} is not sent",
        patience_s=patience_s,
    )
    ended = results(home, campaign)
    assert sum(ended.values()) == len(people)
    return ended
