"""Reads of why: one customer over all campaigns, one campaign's list a page at a time, files that were asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from keizoku.campaigns.models import Campaign, Exclusion, Step
from keizoku.campaigns.rules import EXCLUSION_WORDS, State
from keizoku.campaigns.why import finding, lines
from keizoku.campaigns.why.finding import Place
from keizoku.campaigns.why.lines import Line
from keizoku.campaigns.why.models import Export
from keizoku.campaigns.why.rules import BY_REVIEW, BY_STEP, EXPORT_WORDS, Code, ExportKind, ExportState, mark
from keizoku.delivery.rules import CHANNEL_WORDS
from keizoku.kernel.clock import business_now
from keizoku.kernel.text.sentences import Composed, Listed
from keizoku.reviews import queries as reviews

SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one customer was or was not contacted at one point, in words."""

    campaign_id: int
    campaign_name: str
    step: int
    at: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class Campaigned:
    """One campaign's reasons for one customer."""

    id: int
    name: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """One selected customer with his lines, in the order of the steps."""

    customer_id: int
    course: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """People in the order of the filter's index; ``after`` continues, None at the end."""

    people: list[Person]
    after: Place | None


@dataclass(frozen=True, slots=True)
class ExportRow:
    id: int
    kind: ExportKind
    state: ExportState
    asked_by: str
    asked_at: datetime
    customers: int
    customers_done: int
    tally: dict[str, int]
    sha256: str
    size: int
    expires_at: datetime | None
    failure: str

    @property
    def mark(self) -> str:
        return mark(self.id)

    @property
    def state_words(self) -> str:
        return EXPORT_WORDS[self.state]

    @property
    def is_at_work(self) -> bool:
        return self.state in {ExportState.ASKED, ExportState.WORKING}

    @property
    def is_ready(self) -> bool:
        return self.state is ExportState.DONE


def reasons_of(customer_id: int) -> list[Reason]:
    """Every line of this customer in every campaign that selected him, in order of campaign and step."""
    campaign_ids = sorted(
        {
            *reviews.campaigns_of(customer_id),
            *Exclusion.objects.filter(customer_id=customer_id).values_list("campaign_id", flat=True),
            *Campaign.objects.filter(launched_at=None, audience_count__gt=0).values_list("id", flat=True),
        }
    )
    names = dict(Campaign.objects.filter(id__in=campaign_ids).values_list("id", "name"))
    return [
        Reason(each.campaign_id, names[each.campaign_id], each.step, each.at, each.words)
        for each in lines.of_customers(campaign_ids, [customer_id], business_now())
    ]


def by_campaign(reasons: Sequence[Reason]) -> list[Campaigned]:
    """The same, a campaign at a time, the newest first."""
    found: dict[int, list[Reason]] = {}
    for reason in reasons:
        found.setdefault(reason.campaign_id, []).append(reason)
    return [
        Campaigned(campaign_id, of_it[0].campaign_name, tuple(of_it))
        for campaign_id, of_it in sorted(found.items(), reverse=True)
    ]


def people(campaign_id: int, which: str, *, after: Place | None = None, limit: int = SHOWN) -> Page:
    """One page of the selected customers for whom ``which`` (a value of ``filters``) holds; "" means all of them."""
    places = finding.places(campaign_id, which, after, limit + 1)
    shown = places[:limit]
    return Page(
        _people(campaign_id, [place.customer_id for place in shown]),
        shown[-1] if len(places) > limit else None,
    )


def one(campaign_id: int, customer_id: int) -> list[Person]:
    """The lines of one customer; empty where the campaign did not select him."""
    return _people(campaign_id, [customer_id])


def filters(campaign_id: int) -> list[tuple[str, str]]:
    """(value, words) of every filter that can find somebody in this campaign."""
    left_out = [
        (f"0.{reason}", Composed("対象外：{0}の方", EXCLUSION_WORDS.get(reason, reason)))
        for reason in _excluded(campaign_id)
    ]
    steps = Step.objects.filter(campaign_id=campaign_id).order_by("ordinal", "course")
    by_step: dict[int, list[str]] = {}
    for step in steps:
        by_step.setdefault(step.ordinal, []).append(CHANNEL_WORDS.get(step.channel, step.channel))
    return [
        ("", "選ばれたすべての方"),
        ("0.", "対象外の方すべて"),
        *left_out,
        *((f"r.{state}", words) for state, words in BY_REVIEW.items()),
        *(
            (
                f"{ordinal}.{code}",
                Composed("手順{0}（{1}）：{2}", ordinal, Listed("・", dict.fromkeys(channels)), words),
            )
            for ordinal, channels in by_step.items()
            for code, words in BY_STEP.items()
        ),
    ]


def exists(campaign_id: int) -> bool:
    return Campaign.objects.filter(id=campaign_id).exclude(state=State.DRAFT).exists()


def campaign_name(campaign_id: int) -> str:
    """Raises ``Campaign.DoesNotExist``."""
    return str(Campaign.objects.values_list("name", flat=True).get(id=campaign_id))


def selected(campaign_id: int) -> int:
    """How many the campaign selected: the frozen audience and those left out at the freeze."""
    campaign = Campaign.objects.get(id=campaign_id)
    return (campaign.audience_count or 0) + (campaign.excluded_count or 0)


def exports(campaign_id: int, kind: ExportKind, limit: int = 10) -> list[ExportRow]:
    rows = Export.objects.filter(campaign_id=campaign_id, kind=kind).order_by("-id")[:limit]
    return [_export(row) for row in rows]


def export(export_id: int) -> ExportRow:
    """Raises ``Export.DoesNotExist``."""
    return _export(Export.objects.get(id=export_id))


def tally_words(tally: dict[str, int]) -> list[tuple[str, int]]:
    """A file's sums as people read them: "手順1：届いた" → lines."""
    found = []
    for key, count in sorted(tally.items()):
        step, _, code = key.partition(".")
        words = finding.code_words(Code(code))
        found.append((words if step == "0" else Composed("手順{0}：{1}", step, words), count))
    return found


def _people(campaign_id: int, customer_ids: Sequence[int]) -> list[Person]:
    told: dict[int, list[Line]] = {}
    for each in lines.of_customers([campaign_id], list(customer_ids), business_now()):
        told.setdefault(each.customer_id, []).append(each)
    return [
        Person(customer_id, told[customer_id][0].course, tuple(told[customer_id]))
        for customer_id in customer_ids
        if customer_id in told
    ]


def _excluded(campaign_id: int) -> list[str]:
    """The reasons that occur, each by one look into the index, however many customers have it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reason FROM unnest(%s::text[]) AS reason WHERE EXISTS (SELECT FROM campaigns_exclusion e "
            "WHERE e.campaign_id = %s AND e.reason = reason.reason)",
            [list(EXCLUSION_WORDS), campaign_id],
        )
        found: list[Any] = cursor.fetchall()
    return [reason for (reason,) in found]


def _export(row: Export) -> ExportRow:
    return ExportRow(
        id=row.id,
        kind=ExportKind(row.kind),
        state=ExportState(row.state),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        customers=row.customers,
        customers_done=row.customers_done,
        tally=row.tally,
        sha256=row.sha256,
        size=row.size,
        expires_at=row.expires_at,
        failure=row.failure,
    )
