"""One wave of a campaign for tests of the engine, and what a journal says of it."""

from collections import Counter as Counts
from datetime import date

from keizoku.delivery import actions, pages
from keizoku.delivery.models import Chunk, Counter
from keizoku.kernel.actor import Actor


def open_wave(campaign: int, channel: str = "line", **words: str) -> int:
    """Everybody who is there, in positions by their id; the gate is open. ``words`` in place of the plainest ones."""
    plain = {
        "subject": "確認" if channel in {"email", "letter"} else "",
        "body": "受付番号 {reference}",
        "button_label": "確認をはじめる" if channel in {"line", "letter"} else "",
    }
    told = plain | words
    message = actions.write_message(
        channel=channel,
        name="テスト",
        subject=told["subject"],
        body=told["body"],
        button_label=told["button_label"],
        actor=Actor.system("test"),
    )
    actions.open_campaign(campaign)
    actions.set_gate(campaign, is_open=True)
    return actions.open_wave(
        campaign_id=campaign,
        step=1,
        message_id=message,
        deadline=date(2026, 12, 24),
        recipients="SELECT id, id, 10000000000 + id FROM customers_customer",
        parameters={},
    )


def became(campaign: int, customer: int) -> tuple[str, str]:
    """What the one delivery to this customer has come to, and its code."""
    (row,) = pages.of_customer(customer, [campaign], limit=2)
    return row.result, row.code


def make_due() -> None:
    """Chunks that were put aside may be leased at once."""
    Chunk.objects.filter(state="open").update(not_before="2000-01-01T00:00:00Z")


def counted(campaign: int) -> dict[tuple[str, str], int]:
    """(result, code) → how many deliveries the counters tell, where any."""
    found: Counts[tuple[str, str]] = Counts()
    for result, code, count in Counter.objects.filter(campaign_id=campaign).values_list(
        "result", "code", "count"
    ):
        found[result, code] += count
    return {told: count for told, count in found.items() if count}


def counted_results(campaign: int) -> dict[str, int]:
    """Result → how many, whatever the code."""
    found: Counts[str] = Counts()
    for (result, _), count in counted(campaign).items():
        found[result] += count
    return dict(found)
