"""Whether simplified due diligence holds for one customer today, read from the rows it rests on."""

from datetime import date, timedelta

from django.db.models import Max, Q

from keizoku.customers.models import Fact, RecordVersion
from keizoku.risk.models import Circumstance, Event, Standing
from keizoku.risk.queries import active_scorecard
from keizoku.risk.rules.scale import Level
from keizoku.risk.rules.simplified import YEAR, Condition, Known, conditions


def simplified_conditions(customer_id: int, today: date) -> tuple[Condition, ...]:
    """The conditions with the date of each fact; none before the first rating. All must hold."""
    standing = Standing.objects.select_related("rating").filter(customer_id=customer_id).first()
    fact = Fact.objects.filter(customer_id=customer_id).first()
    if standing is None or fact is None:
        return ()
    known = Known(
        kind=fact.kind,
        kind_on=_as_of(customer_id, "kind"),
        purpose=fact.purpose,
        purpose_on=_as_of(customer_id, "purpose"),
        level=Level(standing.level),
        is_provisional=standing.is_provisional,
        rated_on=standing.rating.rated_on,
        confirmed_on=fact.confirmed_on,
        last_event_on=Event.objects.filter(customer_id=customer_id).aggregate(last=Max("occurred_on"))[
            "last"
        ],
        has_circumstance=_has_circumstance(customer_id, today),
        monitoring_on=active_scorecard().definition.monitoring_assured_on,
    )
    return conditions(known, today)


def _has_circumstance(customer_id: int, today: date) -> bool:
    """Any that was in force within the last year; whichever it is, it counts alike."""
    states = Circumstance.State
    return (
        Circumstance.objects.filter(customer_id=customer_id, state__in=(states.IN_FORCE, states.ENDED))
        .filter(Q(from_on__gte=today - YEAR) | Q(until_on__gte=today - YEAR + timedelta(days=1)))
        .exists()
    )


def _as_of(customer_id: int, field: str) -> date | None:
    """The day as of which a fact is known, by its source."""
    version = RecordVersion.objects.filter(customer_id=customer_id).order_by("-version").first()
    if version is None:
        return None
    own = version.exceptions.get(field, {}).get("as_of")
    return date.fromisoformat(own) if own else version.as_of
