"""The rating of one customer, in Python, equal to the block's in SQL; four statements and the audit's."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from keizoku.audit.actions import record
from keizoku.kernel.actor import Actor
from keizoku.risk import locks
from keizoku.risk.errors import NotRateable
from keizoku.risk.queries import ActiveScorecard, active_scorecard
from keizoku.risk.rules.codes import encode, encode_missing
from keizoku.risk.rules.due import Due, Event, due_date, pulled
from keizoku.risk.rules.holding import Held, Settled, hold
from keizoku.risk.rules.rating import Rating, rate
from keizoku.risk.rules.scale import DueBasis, EventKind, Level
from keizoku.risk.rules.scorecard import Scorecard as Definition
from keizoku.risk.simplified import judge_simplified
from keizoku.risk.surroundings import Earlier, Surroundings, surroundings, write_one


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


@transaction.atomic
def rate_one(customer_id: int, actor: Actor, today: date) -> RatedOne:
    """Rate one customer after their facts changed; the due date follows in any case.

    Raises:
        NotRateable: no such active customer, or one without facts.
        NoActiveScorecard: nothing to rate by.
    """
    is_locked = locks.lock_customer(customer_id)
    scorecard = active_scorecard()  # read behind the lock: nobody puts another in force until we are done
    found = surroundings(customer_id, today, scorecard.definition.fields) if is_locked else None
    if found is None:
        raise NotRateable(
            "取引中のお客さまではないため評価できません。", remedy="顧客の状態をご確認ください。"
        )
    definition, earlier, by = scorecard.definition, found.earlier, str(actor)
    rating = rate(definition, found.facts, today)
    settled = Settled(earlier.settled_level, earlier.lower_since) if earlier else None
    held = hold(rating.level, settled, definition.cool_down_days, found.bounds, today)
    due = _due(definition, held.level, found.facts, found.events, today)
    is_raised = _is_raised(earlier, scorecard.id, rating, found.facts, today)
    if is_raised:
        days = definition.event_days[EventKind.SCORECARD]
        due = pulled(due, today + timedelta(days=days), DueBasis.EVENT)
    judged = RatedOne(
        rating, held, due, _is_new(earlier, scorecard, rating, held), earlier.level if earlier else None
    )
    _write(customer_id, scorecard, judged, found, today, raised_by=by if is_raised else None)
    judge_simplified(definition, today, first=customer_id, last=customer_id)
    record(
        actor=actor,
        action="risk.customer.rated",
        subject=("customer", customer_id),
        details={
            "scorecard": scorecard.id,
            "level": held.level.value,
            "points": rating.points,
            "is_new": int(judged.is_new),
            "due_on": due.on.isoformat(),
        },
    )
    return judged


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
    earlier: Earlier | None, scorecard_id: int, rating: Rating, facts: dict[str, Any], today: date
) -> bool:
    """Whether another scorecard says more of the same customer, who was not confirmed today."""
    return (
        earlier is not None
        and earlier.scorecard_id != scorecard_id
        and rating.level.rank > earlier.scored_level.rank
        and (facts["confirmed_on"] or facts["opened_on"]) < today
    )


def _is_new(earlier: Earlier | None, scorecard: ActiveScorecard, rating: Rating, held: Held) -> bool:
    if earlier is None or earlier.scorecard_id != scorecard.id:
        return True
    codes = encode(scorecard.definition, rating.reasons)
    missing = encode_missing(scorecard.definition, rating.missing)
    return (
        (earlier.points, earlier.reasons, earlier.missing) != (rating.points, codes, missing)
        or (earlier.scored_level, earlier.rated_level) != (held.scored, held.level)
        or earlier.level_basis != held.basis
    )


def _write(
    customer_id: int,
    scorecard: ActiveScorecard,
    judged: RatedOne,
    found: Surroundings,
    today: date,
    *,
    raised_by: str | None,
) -> None:
    """The standing follows in any case; a day planned within the cap stays as long as the due date does."""
    rating, held, due, earlier = judged.rating, judged.held, judged.due, found.earlier
    keeps_day = earlier is not None and earlier.due_on == due.on and not judged.is_new
    write_one(
        customer_id,
        {
            "scorecard": scorecard.id,
            "points": rating.points,
            "scored_level": held.scored.value,
            "level": held.level.value,
            "level_basis": held.basis.value,
            "is_provisional": rating.is_provisional,
            "reasons": encode(scorecard.definition, rating.reasons),
            "missing": encode_missing(scorecard.definition, rating.missing),
            "today": today,
            "earlier_id": None if earlier is None or judged.is_new else earlier.rating_id,
            "due_on": due.on,
            "due_basis": due.basis.value,
            "planned_on": earlier.planned_on if earlier and keeps_day else due.on,
            "settled_level": held.settled.level.value,
            "lower_since": held.settled.lower_since,
            "raised_by": raised_by,
        },
    )
