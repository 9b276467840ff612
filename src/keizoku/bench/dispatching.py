"""The engine with a carrier that accepts at once, against the bare lease loop of the same SQL without people and words.

Everything but the carrier is real: leases, claims with contact stops and consents, committed attempts, the audit's bulk
reads, decryption, messages with links, appended outcomes, closing with counters. Two processes. The loops take turns, so
that what else the machine does meets both. ``window`` is what the carrier takes at once and what a kill leaves unknown.
"""

from datetime import timedelta
from typing import Any, Final

from keizoku.bench.ground import main, stopwatch, write_sample
from keizoku.bench.senders import CHANNEL, WORKERS, NullCarrier, Senders, senders

GOAL_A_SECOND: Final = 25_000
GOAL_RATIO: Final = 0.4
TURNS: Final = 4
LINE_WINDOW: Final = 50
MICROSECONDS: Final = 1e6


def measure(rows: int) -> dict[str, Any]:
    from keizoku.customers.imports.importing import import_file
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_today

    import_file(write_sample(rows), as_of=business_today(), actor=Actor.system("bench"))
    seconds: dict[str, float] = {}
    tasks = {
        "bare_lease_loop": {"kind": "bare", "window": NullCarrier.window},
        "dispatch": {"kind": "null", "window": NullCarrier.window},
        "dispatch_at_lines_window": {"kind": "null", "window": LINE_WINDOW},
    }
    taken: dict[str, list[dict[str, Any]]] = {name: [] for name in tasks}
    size = 0
    with senders() as working:
        _take_turns(working, tasks, {name: [] for name in tasks})  # warms caches, plans and connections
        for _ in range(TURNS):
            with stopwatch(seconds, "open_waves"):
                size += _take_turns(working, tasks, taken)
    return _report(size, taken)


def _take_turns(
    working: Senders, tasks: dict[str, dict[str, Any]], taken: dict[str, list[dict[str, Any]]]
) -> int:
    """Each task over everybody once; returns how many deliveries each had."""
    size = 0
    for name, task in tasks.items():
        size = open_wave()
        taken[name].append(working.work(**task))
    return size


def _report(size: int, taken: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    seconds = {name: sum(turn["seconds"] for turn in turns) for name, turns in taken.items()}
    speed = {name: round(size / value) for name, value in seconds.items()}
    return {
        "name": "dispatch",
        "value": speed["dispatch"],
        "unit": "deliveries/s",
        "goal": GOAL_A_SECOND,
        "workers": WORKERS,
        "window": NullCarrier.window,
        "deliveries": size,
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "deliveries_per_second": speed,
        "best_turn": {
            name: round(size / TURNS / min(t["seconds"] for t in turns)) for name, turns in taken.items()
        },
        "cpu_microseconds_a_delivery": {
            name: {
                part: round(sum(turn[part] for turn in turns) / size * MICROSECONDS, 1)
                for part in ("workers", "database")
            }
            for name, turns in taken.items()
        },
        "peak_mb_a_worker": max(turn["peak_mb"] for turns in taken.values() for turn in turns),
        "baseline": "the bare lease loop: the same statements and commits, nobody read and nothing composed",
        "ratio": round(seconds["bare_lease_loop"] / seconds["dispatch"], 3),
        "ratio_goal": GOAL_RATIO,
    }


def open_wave(limit: int | None = None) -> int:
    """One wave of a campaign of its own for everybody with a phone (the first ``limit``); returns how many."""
    from keizoku.delivery import actions
    from keizoku.delivery.models import Gate
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_today

    campaign = Gate.objects.count() + 1
    message = actions.write_message(
        channel=CHANNEL,
        name="bench",
        subject="",
        body="{institution}です。受付番号 {reference} を {deadline} までに入力してください。",
        button_label="確認をはじめる",
        actor=Actor.system("bench"),
    )
    actions.open_campaign(campaign)
    actions.set_gate(campaign, is_open=True)
    return actions.open_wave(
        campaign_id=campaign,
        step=1,
        message_id=message,
        deadline=business_today() + timedelta(days=30),
        recipients="SELECT customer_id, customer_id, 10000000000 + customer_id FROM customers_fact "
        "WHERE has_mobile ORDER BY customer_id LIMIT %(limit)s",
        parameters={"limit": limit},
    )


if __name__ == "__main__":
    main(measure)
