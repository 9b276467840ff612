"""Everything that happened with one customer, from all rooms, newest first, a page at a time.

Each source gives what its reader may see: the record, ratings, events, contacts, reviews, consents and relations to whoever
reads customers; tasks and notes by their own rights. A confidential note is there for compliance and for nobody else.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from django.urls import reverse

from keizoku.accounts.access import Staff
from keizoku.audit.actions import grant_read
from keizoku.campaigns.why.queries import Reason
from keizoku.console.names import actor_names
from keizoku.customers import queries as customers
from keizoku.customers.casework import queries as casework
from keizoku.customers.casework.rules import State
from keizoku.customers.consents import queries as consents
from keizoku.customers.queries import FIELD_LABELS, SOURCE_LABELS, VersionRow
from keizoku.customers.relations import queries as relations
from keizoku.reviews import queries as reviews
from keizoku.reviews.phone import queries as phone
from keizoku.risk import course, events
from keizoku.ui.components.display import TimelineEvent, Tone
from keizoku.ui.speaking import listed, plainly

SHOWN: Final = 30


@dataclass(frozen=True, slots=True)
class Moment:
    """One event with its place among those of the same instant. ``by`` is an actor ("staff:3") or empty."""

    at: datetime
    place: str
    title: str
    by: str
    note: str
    url: str = ""
    tone: Tone = "neutral"

    @property
    def key(self) -> tuple[datetime, str]:
        return (self.at, self.place)


@dataclass(frozen=True, slots=True)
class Course:
    """One page of it; ``before`` is the address of the next, empty at the end."""

    events: list[TimelineEvent]
    before: str

    @property
    def before_query(self) -> str:
        """As a value in an address: a time's "+" would be read as a space."""
        return quote(self.before, safe="")


def of_customer(customer_id: int, reasons: list[Reason], reader: Staff, *, before: str = "") -> Course:
    """The newest events, or those before a place (``Course.before``).

    ``reasons`` without a time have not happened yet and are left out. One customer's events are few (hundreds in ten years),
    so each source is read whole; the page is cut by key.
    """
    moments = sorted(_moments(customer_id, reasons, reader), key=lambda moment: moment.key, reverse=True)
    if (place := _place(before)) is not None:
        moments = [moment for moment in moments if moment.key < place]
    shown = moments[:SHOWN]
    names = actor_names({moment.by for moment in shown if moment.by})
    found = [TimelineEvent(m.at, m.title, names.get(m.by, ""), m.note, m.url, m.tone) for m in shown]
    last = shown[-1] if len(moments) > SHOWN else None
    return Course(found, f"{last.at.isoformat()}~{last.place}" if last else "")


def _place(before: str) -> tuple[datetime, str] | None:
    """An address that cannot be read begins at the newest."""
    at, _, place = before.partition("~")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, place) if moment.tzinfo else None


def _moments(customer_id: int, reasons: list[Reason], reader: Staff) -> Iterator[Moment]:
    yield from map(_version, customers.versions(customer_id))
    yield from _ratings(customer_id)
    yield from _events(customer_id)
    yield from _reviews(customer_id)
    yield from _calls(customer_id)
    yield from _contacts(reasons)
    yield from _consents(customer_id)
    yield from _relations(customer_id)
    if reader.may("tasks.use"):
        yield from _tasks(customer_id)
    if reader.may("notes.use"):
        yield from _notes(customer_id, reader)


def _version(version: VersionRow) -> Moment:
    changed = listed(plainly(FIELD_LABELS.get(name, name)) for name in version.changed)
    title = "記録ができました" if version.version == 1 else f"記録が変わりました（第{version.version}版）"
    source = plainly(
        f"出どころ：{SOURCE_LABELS.get(version.source, version.source)}（{version.as_of.isoformat()}時点）"
    )
    place = f"version-{version.version:06d}"
    return Moment(version.written_at, place, title, version.written_by, f"{source} {changed}".strip())


def _ratings(customer_id: int) -> Iterator[Moment]:
    for row in course.rating_changes(customer_id):
        note = f"出どころ：{plainly(row.scorecard_title)}"
        title = f"リスク評価：{row.level.label}（{row.points}点）"
        if row.is_provisional:
            title = f"リスク評価：{row.level.label}（{row.points}点、仮の評価）"
        yield Moment(row.at, f"rating-{row.id:012d}", title, "system:risk", note)


def _events(customer_id: int) -> Iterator[Moment]:
    for row in events.events_of(customer_id):
        place, note = f"event-{row.kind}-{row.occurred_on}", f"起きた日：{row.occurred_on.isoformat()}"
        yield Moment(row.recorded_at, place, f"出来事：{row.kind.label}", row.recorded_by, note)


def _reviews(customer_id: int) -> Iterator[Moment]:
    for number, row in enumerate(reviews.timeline(customer_id)):
        by = f"staff:{row.by}" if row.by else ""
        yield Moment(row.at, f"review-{number:06d}", row.words, by, f"受付番号 {row.code}", tone="progress")


def _calls(customer_id: int) -> Iterator[Moment]:
    for row in phone.calls_of_customer(customer_id):
        verified = "本人確認済み" if row.verified_at else "本人未確認"
        title = f"電話の応対（{verified}）：{row.result_words}"
        yield Moment(row.begun_at, f"call-{row.id:012d}", title, f"staff:{row.staff_id}", "")


def _contacts(reasons: Iterable[Reason]) -> Iterator[Moment]:
    for reason in reasons:
        if reason.at is not None:
            step = plainly(f"（手順{reason.step}）") if reason.step else ""
            place = f"contact-{reason.campaign_id:09d}-{reason.step}"
            note = f"{reason.campaign_name}{step}"
            yield Moment(reason.at, place, reason.words, "", note, tone=_tone(reason.words))


def _consents(customer_id: int) -> Iterator[Moment]:
    url = reverse("console-customer-consents", args=[customer_id])
    for row in consents.consents_of(customer_id):
        note = f"出どころ：{row.source}（{row.happened_on.isoformat()}）"
        title = f"{row.label}：{row.act}"
        yield Moment(row.at, f"consent-{row.id:012d}", title, row.by, note, url)


def _relations(customer_id: int) -> Iterator[Moment]:
    url = reverse("console-customer-relations", args=[customer_id])
    for row in relations.facts_of(customer_id):
        other = plainly(f"お客さま No. {row.other_id}" if row.other_id else "お客さまではない方")
        note = f"{row.kind_words}：{other}　出どころ：{row.source}（{row.as_of.isoformat()}時点）"
        yield Moment(row.at, f"relation-{row.id:012d}", row.words, row.by, note, url)


def _tasks(customer_id: int) -> Iterator[Moment]:
    for row in casework.tasks_of(customer_id):
        url, due = reverse("console-task", args=[row.id]), f"期限：{row.due_on.isoformat()}"
        yield Moment(
            row.opened_at, f"task-{row.id:012d}", f"タスク：{row.label}", row.opened_by, due, url, "progress"
        )
        if row.state is not State.OPEN:
            title = f"タスク：{row.label}（{row.state_words}）"
            yield Moment(row.state_since, f"task-{row.id:012d}-ended", title, row.ended_by, "", url)


def _notes(customer_id: int, reader: Staff) -> Iterator[Moment]:
    """Which notes are confidential is encrypted, so that they are opened, under a grant, to know whom to show them."""
    if not casework.has_notes(customer_id):
        return
    grant = grant_read(actor=reader.actor, purpose="customer.timeline", subjects=[customer_id])
    url = reverse("console-customer-notes", args=[customer_id])
    found = casework.notes_of(customer_id, grant, with_confidential=reader.may("risk.confidential"))
    for row in found:
        title = "秘密のメモ" if row.is_confidential else "メモ"
        note = "前のメモの訂正" if row.corrects else ""
        yield Moment(row.at, f"note-{row.key}", title, row.by, note, url)


def _tone(words: str) -> Tone:
    """A contact that did not arrive asks for a look; everything else is calm."""
    return (
        "attention" if any(word in words for word in ("不明", "送れなかった", "届かなかった")) else "neutral"
    )
