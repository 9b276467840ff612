"""Reads of cases: the desk's list, one case with all that happened, ages and workload from the kept counts."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q, Sum

from keizoku.campaigns.models import Campaign
from keizoku.campaigns.silent import rules
from keizoku.campaigns.silent.events import NOTE
from keizoku.campaigns.silent.finding import Criteria, chosen
from keizoku.campaigns.silent.models import SilentCase, SilentCount, SilentEvent, SilentFollowUp, SilentProof
from keizoku.campaigns.silent.rules import AGE_BANDS, WAITING, Decision, Reach, State
from keizoku.kernel.crypto import field
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.database import numbers
from keizoku.kernel.database.numbers import Number
from keizoku.kernel.text.sentences import Composed, Listed

SHOWN: Final = 50
FOLLOW_UPS_SHOWN: Final = 20
_ALL_REASONS: Final = {
    reason: words for of_decision in rules.REASONS.values() for reason, words in of_decision.items()
}
_EVENT_REASONS: Final = {
    **_ALL_REASONS,
    **rules.RELEASE_WORDS,
    **{opened.value: words for opened, words in rules.OPENED_WORDS.items()},
    "late": "長く決まっていないので、印をつけた",
    "lapsed": "期限が過ぎたので、もう一度決める",
    "taken_back": "取り消して、もう一度決める",
}


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case; ``days`` is how long it has been open."""

    id: int
    campaign_id: int
    campaign_name: str
    customer_id: int
    review_id: int
    state: State
    state_since: datetime
    opened_on: date
    opened_because: str
    reach: Reach
    until: date | None
    reason: str
    measure: str
    proposed_by: int | None
    task_id: int | None
    follow_up_id: int | None
    is_late: bool

    @property
    def state_words(self) -> str:
        return rules.STATE_WORDS[self.state]

    @property
    def reach_words(self) -> str:
        return rules.REACH_WORDS[self.reach]

    @property
    def opened_words(self) -> str:
        return rules.OPENED_WORDS[rules.Opened(self.opened_because)]

    @property
    def reason_words(self) -> str:
        return reason_words(self.reason)

    @property
    def measure_words(self) -> str:
        return rules.MEASURES.get(self.measure, self.measure)

    @property
    def decisions(self) -> list[Decision]:
        return rules.decisions_from(self.state)

    def days(self, today: date) -> int:
        return (today - self.opened_on).days


@dataclass(frozen=True, slots=True)
class EventRow:
    id: int
    at: datetime
    written_at: datetime
    from_state: str
    to_state: State
    reason: str
    measure: str
    until: date | None
    follow_up_id: int | None
    task_id: int | None
    has_note: bool
    by: str

    @property
    def words(self) -> str:
        """One sentence part: where it went, why, and what belongs to it."""
        to_state = rules.STATE_WORDS[self.to_state]
        parts = [
            _EVENT_REASONS.get(self.reason, self.reason),
            rules.MEASURES.get(self.measure, self.measure),
            Composed("新しい期限 {0}", self.until.isoformat()) if self.until else "",
        ]
        told = Listed("、", (part for part in parts if part))
        return Composed("{0}（{1}）", to_state, told) if told else to_state


@dataclass(frozen=True, slots=True)
class Workload:
    """What waits, by band of age (places of ``AGE_BANDS``) and by campaign, and what a second person is to confirm."""

    waiting: int
    undecided: int
    to_confirm: int
    bands: tuple[int, ...]
    by_campaign: list[tuple[int, str, tuple[int, ...]]]
    oldest_on: date | None


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    id: int
    campaign_id: int
    count: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ProofRow:
    id: int
    sha256: str
    issued_by: str
    issued_at: datetime


def reason_words(reason: str) -> str:
    return _EVENT_REASONS.get(reason, reason)


def cases(
    criteria: Criteria, *, after: tuple[date, int] | None = None, limit: int = SHOWN
) -> tuple[list[CaseRow], tuple[date, int] | None]:
    """One page, the oldest first, and where to go on; None at the end."""
    found = chosen(criteria)
    if after is not None:
        behind = Q(opened_on__gt=after[0]) | Q(opened_on=after[0], id__gt=after[1])
        found = found.filter(behind, opened_on__gte=after[0])  # where the index begins
    rows = list(found[: limit + 1])
    shown = _rows(rows[:limit])
    return shown, (shown[-1].opened_on, shown[-1].id) if len(rows) > limit else None


def case(case_id: int) -> CaseRow:
    """Raises ``SilentCase.DoesNotExist``."""
    return _rows([SilentCase.objects.get(id=case_id)])[0]


def events_of(case_id: int) -> list[EventRow]:
    """Everything that happened to a case, oldest first; notes are opened by ``notes_of``."""
    return [
        EventRow(
            id=row.id,
            at=row.at,
            written_at=row.written_at,
            from_state=row.from_state,
            to_state=State(row.to_state),
            reason=row.reason,
            measure=row.measure,
            until=row.until,
            follow_up_id=row.follow_up_id,
            task_id=row.task_id,
            has_note=row.note is not None,
            by=row.by,
        )
        for row in SilentEvent.objects.filter(case_id=case_id).order_by("id")
    ]


def notes_of(case_id: int, customer_id: int, grant: ReadGrant) -> dict[int, str]:
    """Event → its note, opened under a grant that names the customer."""
    rows = SilentEvent.objects.filter(case_id=case_id).exclude(note=None)
    return {
        row.id: field.decrypt(
            bytes(row.note or b""), where=NOTE, record=str(row.key), subject=customer_id, grant=grant
        )
        for row in rows
    }


def proofs_of(case_id: int) -> list[ProofRow]:
    rows = SilentProof.objects.filter(case_id=case_id).order_by("-id")
    return [ProofRow(row.id, row.sha256, row.issued_by, row.issued_at) for row in rows]


def count(criteria: Criteria) -> int:
    """How many cases the criteria mean now; of all reaches from the kept counts, otherwise counted by index."""
    if criteria.reach:
        return chosen(criteria).count()
    states = [criteria.state] if criteria.state else [state.value for state in WAITING]
    first, last = criteria.opened
    found = SilentCount.objects.filter(state__in=states)
    if criteria.campaign_id is not None:
        found = found.filter(campaign_id=criteria.campaign_id)
    if first is not None:
        found = found.filter(opened_on__gte=first)
    if last is not None:
        found = found.filter(opened_on__lte=last)
    return int(found.aggregate(total=Sum("count"))["total"] or 0)


def workload(today: date) -> Workload:
    """From the kept counts alone: their rows are by campaign, day and state, however many cases there are."""
    sums = SilentCount.objects.filter(state__in=[state.value for state in WAITING])
    rows = [
        (row["campaign_id"], row["opened_on"], State(row["state"]), row["total"])
        for row in sums.values("campaign_id", "opened_on", "state").annotate(total=Sum("count"))
        if row["total"] > 0
    ]
    bands = [0] * len(AGE_BANDS)
    by_campaign: dict[int, list[int]] = {}
    for campaign_id, opened_on, _, total in rows:
        place = rules.band_of((today - opened_on).days)
        bands[place] += total
        by_campaign.setdefault(campaign_id, [0] * len(AGE_BANDS))[place] += total
    names = _names(by_campaign)
    return Workload(
        waiting=sum(bands),
        undecided=sum(total for _, _, state, total in rows if state is State.OPEN),
        to_confirm=sum(total for _, _, state, total in rows if state is State.PROPOSED),
        bands=tuple(bands),
        by_campaign=[
            (campaign_id, names.get(campaign_id, ""), tuple(counts))
            for campaign_id, counts in sorted(by_campaign.items(), reverse=True)
        ],
        oldest_on=min((opened_on for _, opened_on, _, _ in rows), default=None),
    )


def waiting() -> Number:
    """How many cases nobody has decided; for the navigation."""
    return numbers.total(SilentCount.objects.filter(state=State.OPEN), "count")


def undrafted() -> list[FollowUpRow]:
    """Follow-ups of which nobody has made a draft yet, the newest first."""
    rows = SilentFollowUp.objects.filter(draft=None).order_by("-id")[:FOLLOW_UPS_SHOWN]
    return [FollowUpRow(row.id, row.campaign_id, row.count, row.made_at) for row in rows]


def reasons_for(decision: Decision) -> list[tuple[str, str]]:
    return list(rules.REASONS[decision].items())


def _rows(found: Iterable[SilentCase]) -> list[CaseRow]:
    rows = list(found)
    names = _names({row.campaign_id for row in rows})
    return [
        CaseRow(
            id=row.id,
            campaign_id=row.campaign_id,
            campaign_name=names[row.campaign_id],
            customer_id=row.customer_id,
            review_id=row.review_id,
            state=State(row.state),
            state_since=row.state_since,
            opened_on=row.opened_on,
            opened_because=row.opened_because,
            reach=Reach(row.reach),
            until=row.until,
            reason=row.reason,
            measure=row.measure,
            proposed_by=row.proposed_by,
            task_id=row.task_id,
            follow_up_id=row.follow_up_id,
            is_late=row.escalated_at is not None,
        )
        for row in rows
    ]


def _names(campaign_ids: Collection[int]) -> dict[int, str]:
    return dict(Campaign.objects.filter(id__in=campaign_ids).values_list("id", "name"))
