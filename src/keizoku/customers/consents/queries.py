"""Reads of consents: what holds for each purpose, the course of events, and which channels are stopped."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from keizoku.customers.consents import rules
from keizoku.customers.consents.purposes import label, purposes
from keizoku.customers.consents.rules import Act, Source, Standing
from keizoku.customers.models import ChannelStop, Consent
from keizoku.kernel.crypto import field
from keizoku.kernel.crypto.grant import ReadGrant

EVIDENCE: Final = "customers_consent.evidence"


@dataclass(frozen=True, slots=True)
class StandingRow:
    """What holds for one purpose today. ``consent_id`` names the latest event, None where there is none."""

    purpose: str
    label: str
    standing: Standing
    since: date | None
    expires_on: date | None
    source: str
    has_new_words: bool
    consent_id: int | None

    @property
    def words(self) -> str:
        return rules.STANDING_LABELS[self.standing]


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One event; its evidence opens under a grant (``evidence``)."""

    id: int
    at: datetime
    by: str
    purpose: str
    label: str
    act: str
    happened_on: date
    expires_on: date | None
    version: int
    source: str


def latest(customer_id: int) -> dict[str, Consent]:
    """Purpose → the event that decides: the latest by its day, then by its place."""
    rows = (
        Consent.objects.filter(customer_id=customer_id)
        .order_by("purpose", "-happened_on", "-id")
        .distinct("purpose")
    )
    return {row.purpose: row for row in rows}


def standings(customer_id: int, today: date) -> list[StandingRow]:
    """Every purpose of the list with what holds today; then purposes that the list no longer has."""
    known = latest(customer_id)
    codes = [*purposes(), *(code for code in known if code not in purposes())]
    return [_standing(code, known.get(code), today) for code in codes]


def consents_of(customer_id: int) -> list[ConsentRow]:
    """All events, the newest first."""
    rows = Consent.objects.filter(customer_id=customer_id).order_by("-id")
    return [
        ConsentRow(
            id=row.id,
            at=row.recorded_at,
            by=row.recorded_by,
            purpose=row.purpose,
            label=label(row.purpose),
            act=rules.ACT_LABELS[Act(row.act)],
            happened_on=row.happened_on,
            expires_on=row.expires_on,
            version=row.purpose_version,
            source=rules.SOURCE_LABELS[Source(row.source)],
        )
        for row in rows
    ]


def evidence(customer_id: int, grant: ReadGrant) -> dict[int, str]:
    """Event → how it was told, in words."""
    return {
        row.id: field.decrypt(
            bytes(row.evidence), where=EVIDENCE, record=str(row.key), subject=row.customer_id, grant=grant
        )
        for row in Consent.objects.filter(customer_id=customer_id)
    }


def stopped_channels(customer_id: int) -> list[tuple[str, datetime]]:
    """(channel, since when) of each that the customer does not want."""
    rows = ChannelStop.objects.filter(customer_id=customer_id).order_by("channel")
    return list(rows.values_list("channel", "since"))


def _standing(code: str, row: Consent | None, today: date) -> StandingRow:
    purpose = purposes().get(code)
    return StandingRow(
        purpose=code,
        label=label(code),
        standing=rules.standing(row.act if row else None, row.expires_on if row else None, today),
        since=row.happened_on if row else None,
        expires_on=row.expires_on if row else None,
        source=rules.SOURCE_LABELS[Source(row.source)] if row else "",
        has_new_words=bool(row and purpose and row.purpose_version != purpose.latest.number),
        consent_id=row.id if row else None,
    )
