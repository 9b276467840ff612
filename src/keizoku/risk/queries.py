"""Reads: where a customer stands and why, and how many are due. Anybody above may call these."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Max

from keizoku.customers.attributes import queries as attributes
from keizoku.risk.dry_run import scope_of
from keizoku.risk.errors import NoActiveScorecard
from keizoku.risk.models import DryRun, Rating, Scorecard, Standing, Trial
from keizoku.risk.rules.changes import Change, changes
from keizoku.risk.rules.codes import decode, decode_missing
from keizoku.risk.rules.reading import parse_scorecard
from keizoku.risk.rules.scale import DueBasis, Level, LevelBasis
from keizoku.risk.rules.scorecard import Scorecard as Definition
from keizoku.risk.rules.states import TRIAL_TRANSITIONS, TrialState
from keizoku.risk.rules.words import basis_words, missing_words, reason_words
from keizoku.risk.rules.workload import Month, Scope

_VERSION_LINE = re.compile(r"^version\s*=\s*\d+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ActiveScorecard:
    id: int
    definition: Definition


@dataclass(frozen=True, slots=True)
class ScorecardRow:
    """One version as it was written; ``made_by`` and ``approved_by`` are actors ("staff:3")."""

    id: int
    version: int
    title: str
    state: str
    state_name: str
    made_by: str
    approved_by: str
    activated_at: datetime | None
    digest: str
    text: str

    @property
    def is_draft(self) -> bool:
        return self.state == Scorecard.State.DRAFT


@dataclass(frozen=True, slots=True)
class Mover:
    customer_id: int
    old_points: int
    new_points: int
    old_level: str
    new_level: str


@dataclass(frozen=True, slots=True)
class DryRunRow:
    """A trial's result; ``matrix``: (old level or "" for none yet, new level) → customers."""

    on: date
    made_by: str
    made_at: datetime
    scope: Scope
    customers: int
    matrix: dict[tuple[str, str], int]
    movers: tuple[Mover, ...]
    months: tuple[Month, ...]


@dataclass(frozen=True, slots=True)
class TrialRow:
    """A trial under way or over; ``seconds_left`` by the pace so far, None before the first block."""

    id: int
    scorecard_id: int
    state: TrialState
    scope: Scope
    customers: int
    customers_done: int
    failure: str
    seconds_left: int | None

    @property
    def is_at_work(self) -> bool:
        return bool(TRIAL_TRANSITIONS[self.state])


@dataclass(frozen=True, slots=True)
class StandingRow:
    customer_id: int
    level: Level
    points: int
    is_provisional: bool
    due_on: date
    due_basis: DueBasis
    planned_on: date


@dataclass(frozen=True, slots=True)
class RatingRow:
    """A rating with its reasons in words, by the scorecard that gave it; circumstances are never told apart here."""

    level: Level
    points: int
    is_provisional: bool
    reasons: tuple[str, ...]
    missing: tuple[str, ...]
    scorecard_version: int
    scorecard_title: str
    rated_on: date


@dataclass(frozen=True, slots=True)
class DueCounts:
    """Active customers: all, those past their date, and those due from today to so many days after it (inclusive)."""

    customers: int = 0
    provisional: int = 0
    overdue: int = 0
    due_today: int = 0
    due_in_30_days: int = 0
    due_in_90_days: int = 0

    def __add__(self, other: "DueCounts") -> "DueCounts":
        return DueCounts(
            self.customers + other.customers,
            self.provisional + other.provisional,
            self.overdue + other.overdue,
            self.due_today + other.due_today,
            self.due_in_30_days + other.due_in_30_days,
            self.due_in_90_days + other.due_in_90_days,
        )


@dataclass(frozen=True, slots=True)
class DueSummary:
    """``by_level`` has every level, the highest first; ``unrated`` counts active customers without a standing."""

    by_level: dict[Level, DueCounts]
    total: DueCounts
    unrated: int


_DUE = """
    SELECT level, sum(count), COALESCE(sum(count) FILTER (WHERE is_provisional), 0),
           COALESCE(sum(count) FILTER (WHERE due_on < %(today)s), 0),
           COALESCE(sum(count) FILTER (WHERE due_on = %(today)s), 0),
           COALESCE(sum(count) FILTER (WHERE due_on BETWEEN %(today)s AND %(today)s + 30), 0),
           COALESCE(sum(count) FILTER (WHERE due_on BETWEEN %(today)s AND %(today)s + 90), 0)
    FROM risk_duecount GROUP BY level
"""


def read_scorecard(text: str) -> Definition:
    """A stored scorecard with the attributes of this moment; one that ended is still read by whatever named it before."""
    return parse_scorecard(text, attributes.readable())


def active_scorecard() -> ActiveScorecard:
    """The scorecard in force; a refusal where there is none yet."""
    row = Scorecard.objects.filter(state=Scorecard.State.ACTIVE).values_list("id", "text").first()
    if row is None:
        raise NoActiveScorecard(
            "有効なスコアカードがありません。", remedy="スコアカードを登録し、別の担当者が承認してください。"
        )
    return ActiveScorecard(row[0], read_scorecard(row[1]))


def scorecards() -> list[ScorecardRow]:
    """All versions, the newest first."""
    return [_scorecard(row) for row in Scorecard.objects.order_by("-version")]


def scorecard(scorecard_id: int) -> ScorecardRow:
    """One version; ``ObjectDoesNotExist`` where there is none."""
    return _scorecard(Scorecard.objects.get(id=scorecard_id))


def _scorecard(row: Scorecard) -> ScorecardRow:
    return ScorecardRow(
        id=row.id,
        version=row.version,
        title=read_scorecard(row.text).title,
        state=row.state,
        state_name=row.get_state_display(),
        made_by=row.made_by,
        approved_by=row.approved_by,
        activated_at=row.activated_at,
        digest=row.digest,
        text=row.text,
    )


def changes_against_active(scorecard_id: int) -> tuple[Change, ...]:
    """What this version would change in the one in force (or, for one that ended, what it would bring back)."""
    new = read_scorecard(Scorecard.objects.get(id=scorecard_id).text)
    return changes(active_scorecard().definition, new)


def changes_between(old_id: int, new_id: int) -> tuple[Change, ...]:
    """What the second version changed against the first."""
    texts = dict(Scorecard.objects.filter(id__in=(old_id, new_id)).values_list("id", "text"))
    return changes(read_scorecard(texts[old_id]), read_scorecard(texts[new_id]))


def next_draft(scorecard_id: int | None) -> str:
    """The text to begin a draft with: that version's (by default the one in force), under the next free number."""
    newest = Scorecard.objects.aggregate(newest=Max("version"))["newest"] or 0
    text = active_scorecard_text() if scorecard_id is None else Scorecard.objects.get(id=scorecard_id).text
    return _VERSION_LINE.sub(f"version = {newest + 1}", text, count=1)


def latest_dry_run(scorecard_id: int) -> DryRunRow | None:
    """The newest trial of this version; None where it was never tried."""
    row = DryRun.objects.filter(scorecard_id=scorecard_id).order_by("-id").first()
    if row is None:
        return None
    found = row.result
    return DryRunRow(
        on=row.on,
        made_by=row.made_by,
        made_at=row.made_at,
        scope=scope_of(row.question),
        customers=found["customers"],
        matrix={(old, new): count for old, new, count in found["matrix"]},
        movers=tuple(Mover(*mover) for mover in found["movers"]),
        months=tuple(Month(date.fromisoformat(first), *counts) for first, *counts in found["months"]),
    )


def latest_trial(scorecard_id: int) -> TrialRow | None:
    """The newest trial that was asked for, whatever became of it."""
    row = Trial.objects.filter(scorecard_id=scorecard_id).order_by("-id").first()
    return None if row is None else _trial(row)


def _trial(row: Trial) -> TrialRow:
    done, left = row.customers_done, row.customers - row.customers_done
    took = (row.moved_at - row.made_at).total_seconds()
    return TrialRow(
        id=row.id,
        scorecard_id=row.scorecard_id,
        state=TrialState(row.state),
        scope=scope_of(row.question),
        customers=row.customers,
        customers_done=done,
        failure=row.failure,
        seconds_left=round(took / done * left) if done and took > 0 else None,
    )


def standing(customer_id: int) -> StandingRow | None:
    """Level and due date now; None before the first rating."""
    row = Standing.objects.filter(customer_id=customer_id).first()
    return None if row is None else _standing(row)


def _standing(row: Standing) -> StandingRow:
    return StandingRow(
        row.customer_id,
        Level(row.level),
        row.points,
        row.is_provisional,
        row.due_on,
        DueBasis(row.due_basis),
        row.planned_on,
    )


def standings(customer_ids: Collection[int]) -> dict[int, StandingRow]:
    """Those of several customers; whoever has no rating yet is absent."""
    return {row.customer_id: _standing(row) for row in Standing.objects.filter(customer_id__in=customer_ids)}


def active_scorecard_text() -> str:
    """The scorecard in force as it was written and approved; empty where there is none yet."""
    row = Scorecard.objects.filter(state=Scorecard.State.ACTIVE).values_list("text", flat=True).first()
    return row or ""


def latest_rating(customer_id: int) -> RatingRow | None:
    """The rating on which the standing rests; None before the first."""
    rows = list(
        Rating.objects.select_related("scorecard").filter(customer_id=customer_id).order_by("-id")[:2]
    )
    if not rows:
        return None
    row, before = rows[0], LevelBasis(rows[-1].level_basis)
    definition = read_scorecard(row.scorecard.text)
    beyond = basis_words(LevelBasis(row.level_basis), Level(row.scored_level), before)
    return RatingRow(
        level=Level(row.level),
        points=row.points,
        is_provisional=row.is_provisional,
        reasons=(*reason_words(definition, decode(definition, row.reasons)), *beyond),
        missing=missing_words(definition, decode_missing(definition, row.missing)),
        scorecard_version=definition.version,
        scorecard_title=definition.title,
        rated_on=row.rated_on,
    )


def due_summary(today: date) -> DueSummary:
    """Who is due when, by level, of all active customers: from the kept counts (``due_counts``)."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"today": today})
        rows = {level: DueCounts(*counts) for level, *counts in cursor.fetchall()}
    by_level = {level: rows.get(level, DueCounts()) for level in reversed(Level)}
    total = sum(by_level.values(), DueCounts())
    return DueSummary(by_level, total, unrated=rows.get("", DueCounts()).customers - total.customers)
