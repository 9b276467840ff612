"""Everything that happened with one customer, from three rooms, newest first."""

from keizoku.campaigns.queries import Reason
from keizoku.console.names import actor_names
from keizoku.customers import queries as customers
from keizoku.customers.queries import FIELD_LABELS, SOURCE_LABELS, VersionRow
from keizoku.reviews import queries as reviews
from keizoku.reviews.queries import TimelineRow
from keizoku.ui.components.display import TimelineEvent, Tone


def of_customer(customer_id: int, reasons: list[Reason]) -> list[TimelineEvent]:
    """``reasons`` without a time have not happened yet and are left out."""
    versions = customers.versions(customer_id)
    rows = reviews.timeline(customer_id)
    names = actor_names(
        {version.written_by for version in versions} | {f"staff:{row.by}" for row in rows if row.by}
    )
    events = [
        *(_version(version, names[version.written_by]) for version in versions),
        *(_review(row, names.get(f"staff:{row.by}", "")) for row in rows),
        *(_contact(reason) for reason in reasons),
    ]
    return sorted((event for event in events if event), key=lambda event: event.at, reverse=True)


def _version(version: VersionRow, by: str) -> TimelineEvent:
    changed = "、".join(FIELD_LABELS.get(name, name) for name in version.changed)
    title = "記録ができました" if version.version == 1 else f"記録が変わりました（第{version.version}版）"
    source = (
        f"出どころ：{SOURCE_LABELS.get(version.source, version.source)}（{version.as_of.isoformat()}時点）"
    )
    return TimelineEvent(version.written_at, title, by, f"{source} {changed}".strip())


def _review(row: TimelineRow, by: str) -> TimelineEvent:
    return TimelineEvent(row.at, row.words, by, f"受付番号 {row.code}", tone="progress")


def _contact(reason: Reason) -> TimelineEvent | None:
    if reason.at is None:
        return None
    step = f"（手順{reason.step}）" if reason.step else ""
    return TimelineEvent(
        reason.at, reason.words, "", f"{reason.campaign_name}{step}", tone=_tone(reason.words)
    )


def _tone(words: str) -> Tone:
    """A contact that did not arrive asks for a look; everything else is calm."""
    return (
        "attention" if any(word in words for word in ("不明", "送れなかった", "届かなかった")) else "neutral"
    )
