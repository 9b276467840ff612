"""Writes: scorecards through four eyes, and ratings with the due dates that follow.

Invariants: one scorecard is active at most; its maker never approves it; a rating is written only when something of it
differs from the last; a standing always names the rating it rests on. ``rate_everybody`` works in SQL over ranges of
customers, ``rate_one`` in Python, with equal results. They keep apart by an advisory lock: ranges exclude each other
and single ratings; single ratings only lock their customer.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from keizoku.audit.actions import record, record_many
from keizoku.customers.models import Customer, Fact
from keizoku.kernel.actor import Actor
from keizoku.risk import models
from keizoku.risk.errors import NotRateable, SamePerson, ScorecardNotDraft, VersionTaken
from keizoku.risk.fields import FACT_FIELDS
from keizoku.risk.queries import active_scorecard
from keizoku.risk.rules.due import Due, Event, due_date, pulled
from keizoku.risk.rules.holding import Held, Settled, hold
from keizoku.risk.rules.rating import Rating, rate
from keizoku.risk.rules.reading import parse_scorecard
from keizoku.risk.rules.scale import DueBasis, EventKind, Level
from keizoku.risk.rules.scorecard import Scorecard as Definition
from keizoku.risk.statements import Written, around, end_of_range, record_milestones, spread, write_ratings

STANDARD_SCORECARD = Path(__file__).parent / "scorecards" / "standard-1.toml"
# One transaction each: short enough for the app's time limits, and for a single rating that waits.
CUSTOMERS_A_RANGE = 20_000

_RATING_LOCK = 0x72_69_73_6B


@dataclass(frozen=True, slots=True)
class RatedEverybody:
    """Active customers looked at; new ratings; changes of level (first ones included); standings written."""

    customers: int
    rated: int
    level_changed: int
    standings: int


@dataclass(frozen=True, slots=True)
class RatedOne:
    """``rating``: what the scorecard said; ``held``: what holds. ``is_new``: the rating differs from the last one;
    ``earlier_level``: None for the first.
    """

    rating: Rating
    held: Held
    due: Due
    is_new: bool
    earlier_level: Level | None


def draft_scorecard(text: str, actor: Actor) -> int:
    """Store a new version as a draft and return its id.

    Raises:
        ScorecardInvalid: the text is not a scorecard; the message names line and factor.
        VersionTaken: this version number exists.
    """
    definition = parse_scorecard(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    try:
        with transaction.atomic():
            drafted = models.Scorecard.objects.create(
                version=definition.version, text=text, digest=digest, made_by=_name(actor)
            )
    except IntegrityError:
        raise VersionTaken(
            f"第{definition.version}版は既に登録されています。", remedy="versionを新しい番号にしてください。"
        ) from None
    record(
        actor=actor,
        action="risk.scorecard.drafted",
        subject=("scorecard", drafted.id),
        details={"version": definition.version, "digest": digest},
    )
    return drafted.id


@transaction.atomic
def activate_scorecard(scorecard_id: int, actor: Actor, *, digest: str) -> None:
    """Approve the draft with this very digest and put it in force; the one before it retires.

    Ratings follow with the next ``rate_everybody``.

    Raises:
        ScorecardNotDraft: no such draft any more, or its text is not the one that was read.
        SamePerson: whoever made it may not approve it.
    """
    draft = models.Scorecard.objects.filter(id=scorecard_id).first()
    if draft is not None and draft.made_by == _name(actor):
        raise SamePerson(
            "ご自身が登録したスコアカードは承認できません。", remedy="別の承認者に依頼してください。"
        )
    _lock_all_ratings()
    states = models.Scorecard.State
    models.Scorecard.objects.filter(state=states.ACTIVE).update(state=states.RETIRED)
    activated = models.Scorecard.objects.filter(id=scorecard_id, state=states.DRAFT, digest=digest).update(
        state=states.ACTIVE, approved_by=_name(actor), activated_at=timezone.now()
    )
    if draft is None or not activated:
        raise ScorecardNotDraft(
            "このスコアカードは承認待ちではありません。", remedy="一覧を開き直して、内容をご確認ください。"
        )
    record(
        actor=actor,
        action="risk.scorecard.activated",
        subject=("scorecard", scorecard_id),
        details={"version": draft.version, "digest": digest},
    )


@transaction.atomic
def install_standard_scorecard(maker: Actor, approver: Actor) -> int:
    """Put the standard scorecard in force where none is yet; return the id of the one in force."""
    active = models.Scorecard.objects.filter(state=models.Scorecard.State.ACTIVE).first()
    if active is not None:
        return active.id
    scorecard_id = draft_scorecard(STANDARD_SCORECARD.read_text(encoding="utf-8"), maker)
    digest = models.Scorecard.objects.values_list("digest", flat=True).get(id=scorecard_id)
    activate_scorecard(scorecard_id, approver, digest=digest)
    return scorecard_id


def rate_everybody(actor: Actor, today: date) -> RatedEverybody:
    """Rate all active customers, write what differs and move due dates; a range of customers a transaction.

    Stopped half-way, it is simply run again: what is done is found unchanged. Each range leaves its audit entry.
    """
    active_scorecard()  # refuses before anything is touched
    ranges: list[Written] = []
    first = 0
    while (last := end_of_range(first, CUSTOMERS_A_RANGE)) is not None:
        ranges.append(_rate_range(actor, today, first, last))
        first = last + 1
    _plan(actor, today)
    return RatedEverybody(
        customers=sum(each.customers for each in ranges),
        rated=sum(each.rated for each in ranges),
        level_changed=sum(each.level_changed for each in ranges),
        standings=sum(each.standings for each in ranges),
    )


@transaction.atomic
def _rate_range(actor: Actor, today: date, first: int, last: int) -> Written:
    _lock_all_ratings()
    scorecard = active_scorecard()
    milestones = record_milestones(today, first=first, last=last, by=_name(actor))
    written = write_ratings(scorecard, today, first=first, last=last, by=_name(actor))
    record_many(
        actor=actor,
        action="risk.everybody.rated",
        subject=("scorecard", scorecard.id),
        count=written.rated,
        ids_digest=written.ids_digest,
        details={
            "customers": written.customers,
            "level_changed": written.level_changed,
            "standings": written.standings,
            "milestones": milestones,
            "first_customer": first,
            "last_customer": last,
        },
    )
    return written


@transaction.atomic
def _plan(actor: Actor, today: date) -> None:
    """Spread the due dates over the days once all of them stand."""
    _lock_all_ratings()
    scorecard = active_scorecard()
    moved = spread(scorecard.definition.most_due_a_day, today)
    if moved:
        record(
            actor=actor,
            action="risk.plan.spread",
            subject=("scorecard", scorecard.id),
            details={"count": moved, "most": scorecard.definition.most_due_a_day},
        )


@transaction.atomic
def rate_one(customer_id: int, actor: Actor, today: date) -> RatedOne:
    """Rate one customer after their facts changed; the due date follows in any case.

    Raises:
        NotRateable: no such active customer, or one without facts.
        NoActiveScorecard: nothing to rate by.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_RATING_LOCK])
    facts = _locked_facts(customer_id)
    scorecard = active_scorecard()
    definition = scorecard.definition
    standing = models.Standing.objects.select_related("rating").filter(customer_id=customer_id).first()
    rating = rate(definition, facts, today)
    bounds, events = around(customer_id, today)
    earlier = Settled(Level(standing.settled_level), standing.lower_since) if standing else None
    held = hold(rating.level, earlier, definition.cool_down_days, bounds, today)
    due = _due(definition, held.level, facts, events, today)
    if standing is not None and _is_raised(standing.rating, scorecard.id, rating, facts, today):
        _note_raised(customer_id, actor, today)
        days = definition.event_days[EventKind.SCORECARD]
        due = pulled(due, today + timedelta(days=days), DueBasis.EVENT)
    is_new = standing is None or not _is_equal(standing.rating, scorecard.id, rating, held)
    judged = RatedOne(rating, held, due, is_new, Level(standing.level) if standing else None)
    if is_new:
        _write_rating(customer_id, scorecard.id, judged, today)
    elif standing is not None:
        _move_standing(standing, held, due)
    record(
        actor=actor,
        action="risk.customer.rated",
        subject=("customer", customer_id),
        details={
            "scorecard": scorecard.id,
            "level": held.level.value,
            "points": rating.points,
            "is_new": int(is_new),
            "due_on": due.on.isoformat(),
        },
    )
    return judged


def _locked_facts(customer_id: int) -> dict[str, Any]:
    """The facts, read after the customer's row is locked, so that two ratings of one customer come in turn."""
    active = Customer.objects.filter(id=customer_id, state=Customer.State.ACTIVE)
    locked = active.select_for_update(no_key=True).first()
    facts: dict[str, Any] | None = (
        Fact.objects.filter(customer=locked).values(*FACT_FIELDS).first() if locked else None
    )
    if facts is None:
        raise NotRateable(
            "取引中のお客さまではないため評価できません。", remedy="顧客の状態をご確認ください。"
        )
    return facts


def _due(
    definition: Definition, level: Level, facts: dict[str, Any], events: list[Event], today: date
) -> Due:
    return due_date(
        definition.interval_months,
        level,
        confirmed_on=facts["confirmed_on"],
        opened_on=facts["opened_on"],
        residence_expires_on=facts["residence_expires_on"],
        today=today,
        events=events,
        event_days=definition.event_days,
    )


def _is_raised(
    row: models.Rating, scorecard_id: int, rating: Rating, facts: dict[str, Any], today: date
) -> bool:
    """Whether another scorecard says more of the same customer, who was not confirmed today."""
    is_later = rating.level.rank > Level(row.scored_level).rank
    return (
        row.scorecard_id != scorecard_id
        and is_later
        and (facts["confirmed_on"] or facts["opened_on"]) < today
    )


def _note_raised(customer_id: int, actor: Actor, today: date) -> None:
    event = models.Event(
        customer_id=customer_id, kind=EventKind.SCORECARD, occurred_on=today, recorded_by=_name(actor)
    )
    models.Event.objects.bulk_create([event], ignore_conflicts=True)


def _is_equal(row: models.Rating, scorecard_id: int, rating: Rating, held: Held) -> bool:
    return (
        row.scorecard_id == scorecard_id
        and (row.points, row.reasons, row.missing)
        == (rating.points, [reason.as_row() for reason in rating.reasons], list(rating.missing))
        and (row.scored_level, row.level, row.level_basis) == (held.scored, held.level, held.basis)
    )


def _write_rating(customer_id: int, scorecard_id: int, judged: RatedOne, today: date) -> None:
    rating, held, due = judged.rating, judged.held, judged.due
    judgement = {
        "points": rating.points,
        "level": held.level.value,
        "is_provisional": rating.is_provisional,
    }
    row = models.Rating.objects.create(
        customer_id=customer_id,
        scorecard_id=scorecard_id,
        reasons=[reason.as_row() for reason in rating.reasons],
        missing=list(rating.missing),
        rated_on=today,
        scored_level=held.scored.value,
        level_basis=held.basis.value,
        **judgement,
    )
    models.Standing.objects.update_or_create(
        customer_id=customer_id,
        defaults={
            **judgement,
            "rating": row,
            "due_on": due.on,
            "due_basis": due.basis.value,
            "planned_on": due.on,
            "settled_level": held.settled.level.value,
            "lower_since": held.settled.lower_since,
        },
    )


def _move_standing(standing: models.Standing, held: Held, due: Due) -> None:
    """A day planned within the cap stays as long as the due date does."""
    models.Standing.objects.filter(customer_id=standing.customer_id).update(
        due_on=due.on,
        due_basis=due.basis,
        planned_on=standing.planned_on if standing.due_on == due.on else due.on,
        settled_level=held.settled.level,
        lower_since=held.settled.lower_since,
    )


def _lock_all_ratings() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_RATING_LOCK])


def _name(actor: Actor) -> str:
    return f"{actor.kind}:{actor.id}"
