"""The engine with a carrier that accepts at once, against the bare loop of the same SQL without people and words.

Everything but the carrier is real: claims with contact stops, committed attempts, the audit's bulk reads, decryption,
messages with links, appended outcomes, closing with counters. One process.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from keizoku.bench.ground import main, stopwatch, write_sample


def measure(rows: int) -> dict[str, Any]:
    from django.conf import settings

    from keizoku.customers.imports.importing import import_file
    from keizoku.delivery.dispatch import Dispatcher
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_today

    settings.CHANNELS = {"email": "keizoku.bench.dispatching.NullCarrier"}
    import_file(write_sample(rows), as_of=business_today(), actor=Actor.system("bench"))
    seconds: dict[str, float] = {}
    with stopwatch(seconds, "open_wave"):
        size = _open_wave(1)
    _open_wave(2)
    with stopwatch(seconds, "bare_lease_loop"):
        _bare_loop(2)
    with stopwatch(seconds, "dispatch"):
        Dispatcher("bench").run()
    return {
        "deliveries": size,
        "window": NullCarrier.window,
        "seconds": seconds,
        "deliveries_per_second": {name: round(size / value) for name, value in seconds.items()},
        "dispatch_of_bare_loop": round(seconds["bare_lease_loop"] / seconds["dispatch"], 3),
    }


def _open_wave(campaign: int) -> int:
    from keizoku.delivery import actions
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_today

    message = actions.write_message(
        channel="email",
        name="bench",
        subject="お客さま情報の確認",
        body="{institution}です。受付番号 {reference} を {deadline} までに入力してください。",
        button_label="",
        actor=Actor.system("bench"),
    )
    actions.open_campaign(campaign)
    actions.set_gate(campaign, is_open=True)
    return actions.open_wave(
        campaign_id=campaign,
        step=1,
        message_id=message,
        deadline=business_today() + timedelta(days=30),
        recipients="SELECT customer_id, customer_id, 10000000000 + customer_id FROM customers_fact WHERE has_email",
        parameters={},
    )


def _bare_loop(campaign: int) -> None:
    """Lease, claim (with stops), append outcomes, close: the same statements, nobody read and nothing composed."""
    from keizoku.delivery.dispatch import Claim, Dispatcher
    from keizoku.delivery.ports import Outcome, Outgoing, Result

    class Bare(Dispatcher):
        def address(self, lease: Any, carrier: Any, claims: Sequence[Claim]) -> dict[int, Outgoing]:
            return {}

        def append(self, lease: Any, claims: Sequence[Claim], outcomes: dict[int, Outcome]) -> None:
            accepted = Outcome(Result.ACCEPTED)
            super().append(lease, claims, {claim.position: accepted for claim in claims})

    from keizoku.delivery.actions import set_gate

    other = 3 - campaign
    set_gate(other, is_open=False)
    Bare("bare").run()
    set_gate(other, is_open=True)


class NullCarrier:
    """Accepts everything at once."""

    name = "email"
    address_field = "email"
    window = 100

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Any]:
        from keizoku.delivery.ports import Outcome, Outgoing, Result

        async def send(batch: Sequence[Outgoing]) -> list[Outcome]:
            return [Outcome(Result.ACCEPTED, carrier_ref="null") for _ in batch]

        yield send

    def keep(self, body: bytes) -> bytes:
        return body

    def read_events(self, body: bytes) -> list[Any]:
        return []

    def signature_holds(self, body: bytes, signature: str) -> bool:
        return False


if __name__ == "__main__":
    main(measure)
