"""Reads of incidents: lists, one incident with its log and its recipients' counts, days left."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Count

from keizoku.accounts import queries as accounts
from keizoku.audit import actions as audit
from keizoku.campaigns.incidents.logbook import WORDS
from keizoku.campaigns.incidents.models import Incident, IncidentEntry, IncidentRecipient
from keizoku.campaigns.incidents.rules import (
    KIND_WORDS,
    STATE_WORDS,
    Deadlines,
    Kind,
    State,
    deadlines,
    must_report,
)
from keizoku.campaigns.incidents.tasks import is_closed
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import field
from keizoku.kernel.database import numbers
from keizoku.kernel.database.numbers import Number
from keizoku.kernel.text.sentences import Composed
from keizoku.reviews import queries as reviews
from keizoku.reviews.rules.states import AWAITING_CUSTOMER

NOT_OVER: Final = (State.PROPOSED, State.OPEN, State.CLOSING)
ENTRY_WORDS: Final = {
    "proposed": "受け付けの割合が急に下がり、システムが送信を止めました",
    "opened": "事案として対応を始めました",
    "dismissed": "事案ではないと判断しました",
    "noted": "記録",
    "recipients_fixed": "受け取った方の一覧が確定しました",
    "exported": "受け取った方の一覧を書き出しました",
    "correction_drafted": "訂正のキャンペーンの下書きを作りました",
    "reviews_withdrawn": "このキャンペーンへの回答の受け付けを終えました",
    "preliminary_reported": "速報を記録しました",
    "final_reported": "確報を記録しました",
    "close_asked": "終了を申し出ました",
    "kept_open": "まだ終わっていないと判断しました",
    "closing_lapsed": "終了の確認がないため、対応中に戻りました",
    "closed": "終了を確認しました",
}


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """``next_day`` is the next day by which a leak must be reported; None where nothing is to be reported any more."""

    id: int
    campaign_id: int
    campaign_name: str
    kind: Kind
    state: State
    known_on: date
    people: int | None
    next_day: date | None

    @property
    def kind_words(self) -> str:
        return KIND_WORDS[self.kind]

    @property
    def state_words(self) -> str:
        return STATE_WORDS[self.state]


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    code: str
    by: str
    words: str

    @property
    def title(self) -> str:
        return ENTRY_WORDS[self.code]


@dataclass(frozen=True, slots=True)
class Reached:
    """How many people one step's messages reached with one result."""

    step: int
    channel: str
    result: str
    count: int


@dataclass(frozen=True, slots=True)
class IncidentView:
    row: IncidentRow
    is_wrongful: bool
    days: Deadlines | None
    must_report: bool
    preliminary_at: datetime | None
    final_at: datetime | None
    fixed_at: datetime | None
    digest: str
    reached: list[Reached]
    correction_id: int | None
    waiting: int
    close_asked_by: int | None
    halt: dict[str, int]
    halt_channel: str


def listing(limit: int = 100) -> list[IncidentRow]:
    """The newest first; those that are not over stand before the others."""
    rows = Incident.objects.select_related("campaign").order_by("-id")
    found = [*rows.filter(state__in=NOT_OVER)[:limit], *rows.exclude(state__in=NOT_OVER)[:limit]]
    return [_row(incident) for incident in found[:limit]]


def of_campaign(campaign_id: int) -> list[IncidentRow]:
    return [
        _row(incident)
        for incident in Incident.objects.select_related("campaign")
        .filter(campaign_id=campaign_id)
        .order_by("-id")
    ]


def count_open() -> Number:
    return numbers.rows(Incident.objects.filter(state__in=NOT_OVER))


def view(incident_id: int) -> IncidentView:
    """Raises ``Incident.DoesNotExist``."""
    incident = Incident.objects.select_related("campaign", "halt").get(id=incident_id)
    people = incident.recipients_count
    kind = Kind(incident.kind)
    counted = (
        IncidentRecipient.objects.filter(incident=incident)
        .values("step", "channel", "result")
        .annotate(count=Count("id"))
        .order_by("step", "result")
    )
    return IncidentView(
        row=_row(incident),
        is_wrongful=incident.is_wrongful,
        days=_days(incident),
        must_report=must_report(kind, people, is_wrongful=incident.is_wrongful),
        preliminary_at=incident.preliminary_at,
        final_at=incident.final_at,
        fixed_at=incident.recipients_fixed_at,
        digest=incident.recipients_digest,
        reached=[Reached(**row) for row in counted],
        correction_id=incident.correction_id,
        waiting=waiting_for_answer(incident.campaign_id),
        close_asked_by=incident.close_asked_by,
        halt=incident.halt.figures if incident.halt else {},
        halt_channel=incident.halt.channel if incident.halt else "",
    )


def entries(incident_id: int, actor: Actor) -> list[Entry]:
    """The log with its words, oldest first; reading leaves an entry. It is about no one customer: no grant names one."""
    rows = list(IncidentEntry.objects.filter(incident_id=incident_id).order_by("id"))
    if any(row.words is not None for row in rows):
        audit.record(
            actor=actor,
            action="campaigns.incident.log_read",
            subject=("incident", incident_id),
        )
    writers = {
        number for kind, _, number in (row.written_by.partition(":") for row in rows) if kind == "staff"
    }
    named = accounts.display_names({int(number) for number in writers})
    names = {f"staff:{number}": name for number, name in named.items()}
    return [
        Entry(
            row.at,
            row.code,
            names.get(row.written_by, Composed("システム")),
            field.decrypt_system_value(bytes(row.words), where=WORDS, record=str(row.key))
            if row.words is not None
            else "",
        )
        for row in rows
    ]


def waiting_for_answer(campaign_id: int) -> int:
    """Reviews of a campaign that still take answers."""
    counts = reviews.counts_by_state(campaign_id)
    return sum(counts[state] for state in AWAITING_CUSTOMER)


def _row(incident: Incident) -> IncidentRow:
    days = _days(incident)
    following = None
    if days and incident.state in NOT_OVER:
        following = days.preliminary if incident.preliminary_at is None else days.final
        following = None if incident.final_at else following
    return IncidentRow(
        incident.id,
        incident.campaign_id,
        incident.campaign.name,
        Kind(incident.kind),
        State(incident.state),
        incident.known_on,
        incident.recipients_count,
        following,
    )


def _days(incident: Incident) -> Deadlines | None:
    if incident.kind != Kind.LEAK:
        return None
    return deadlines(incident.known_on, is_wrongful=incident.is_wrongful, is_closed=is_closed)
