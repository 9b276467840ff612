"""The engine with LINE's own transport and one HTTP call a delivery, against a bare aiohttp client on the same sink.

The sink is a process on this machine that answers 200 at once. Both have two processes and as many calls in flight as LINE's
transport takes for its window; they take turns. Everything of the dispatch is real, the journalled attempt before each
call included.
"""

from typing import Any, Final

from keizoku.bench.dispatching import MICROSECONDS, open_wave
from keizoku.bench.ground import main, write_sample
from keizoku.bench.senders import WORKERS, Senders, senders
from keizoku.bench.sink import sink

GOAL_A_SECOND: Final = 2_000
GOAL_RATIO: Final = 0.35
GOAL_MB: Final = 250
TURNS: Final = 3


def measure(rows: int) -> dict[str, Any]:
    from keizoku.channels.line.transport import LineNotification
    from keizoku.customers.imports.importing import import_file
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_today

    import_file(write_sample(rows), as_of=business_today(), actor=Actor.system("bench"))
    window = LineNotification.window
    client: list[dict[str, Any]] = []
    engine: list[dict[str, Any]] = []
    size = 0
    with sink() as url, senders() as working:
        _take_turns(working, url, window, ([], []))  # warms caches, plans and connections
        for _ in range(TURNS):
            size += _take_turns(working, url, window, (client, engine))
    return _report(size, window, client, engine)


def _take_turns(
    working: Senders, url: str, window: int, into: tuple[list[dict[str, Any]], list[dict[str, Any]]]
) -> int:
    size = open_wave()
    into[0].append(working.work(kind="client", url=url, calls=size // WORKERS, window=window))
    into[1].append(working.work(kind="line", url=url))
    return size


def _report(
    size: int, window: int, client: list[dict[str, Any]], engine: list[dict[str, Any]]
) -> dict[str, Any]:
    seconds = {
        name: sum(turn["seconds"] for turn in turns)
        for name, turns in (("bare_client", client), ("dispatch_http", engine))
    }
    peak = max(turn["peak_mb"] for turn in engine)
    return {
        "name": "dispatch-http",
        "value": round(size / seconds["dispatch_http"]),
        "unit": "deliveries/s",
        "goal": GOAL_A_SECOND,
        "workers": WORKERS,
        "window": window,
        "deliveries": size,
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "calls_per_second": {name: round(size / value) for name, value in seconds.items()},
        "cpu_microseconds_a_delivery": {
            part: round(sum(turn[part] for turn in engine) / size * MICROSECONDS, 1)
            for part in ("workers", "database")
        },
        "peak_mb_a_worker": peak,
        "peak_mb_goal": GOAL_MB,
        "baseline": "a bare aiohttp client on the same sink, as many processes and calls in flight",
        "ratio": round(seconds["bare_client"] / seconds["dispatch_http"], 3),
        "ratio_goal": GOAL_RATIO,
    }


if __name__ == "__main__":
    main(measure)
