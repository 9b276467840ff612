"""Which open cases are meant: the queue's filters, and what is free for whom, as conditions on the desk's rows."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q

from keizoku.kernel import due
from keizoku.kernel.due import Urgency
from keizoku.reviews.models import Answer
from keizoku.reviews.paper.readers import read_by

ENTRIES: Final = tuple((entry.value, entry.label) for entry in Answer.Entry)
MINE, NOBODYS, OTHERS = "me", "nobody", "others"
# A case's age in days: from, and up to but not including.
AGE_BANDS: Final[tuple[tuple[int, int | None], ...]] = ((0, 1), (1, 3), (3, 7), (7, 14), (14, None))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a filter wants; empty fields want nothing in particular.

    Attributes:
        level: high, medium, low, or "unrated".
        age: a place in ``AGE_BANDS``.
        changed: a field that the answer would change.
        assigned: me, nobody, others, or the id of one member of staff.
        department: of the person who has the case.
        due: an ``Urgency``.
        resting: only cases that rest; otherwise only such that do not.
    """

    level: str = ""
    state: str = ""
    entry: str = ""
    age: int | None = None
    changed: str = ""
    assigned: str = ""
    help_kind: str = ""
    department: str = ""
    due: str = ""
    resting: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """Both clocks, and who asks: leases go by the wall, dates by business time. ``sight``: the cases of whom he sees."""

    wall: datetime
    business: datetime
    staff_id: int
    sight: Q = field(default_factory=Q)


def condition(wanted: Wanted, at: Moment) -> Q:
    """The rows of ``reviews_deskcase`` that a filter means."""
    rests = Q(snoozed_until__gt=at.business)
    found = at.sight & (rests if wanted.resting else ~rests | Q(snoozed_until__isnull=True))
    for column in ("state", "entry", "help_kind"):
        if value := getattr(wanted, column):
            found &= Q(**{column: value})
    if wanted.level:
        found &= Q(level="" if wanted.level == "unrated" else wanted.level)
    if wanted.changed:
        found &= Q(changed__contains=[wanted.changed])
    if wanted.age is not None:
        found &= _aged(wanted.age, at.business)
    if wanted.assigned:
        found &= _assigned(wanted.assigned, at)
    if wanted.department:
        held = Q(held_until__gt=at.wall, held_by__department=wanted.department)
        found &= Q(owner__department=wanted.department) | held
    if wanted.due:
        found &= _due(Urgency(wanted.due), at.business)
    return found


def free(at: Moment) -> Q:
    """What this person may take: nobody else holds it, and it is not given to anybody else."""
    return (Q(held_until__isnull=True) | Q(held_until__lte=at.wall) | Q(held_by=at.staff_id)) & (
        Q(owner__isnull=True) | Q(owner=at.staff_id)
    )


def own_answer(staff_id: int) -> Q:
    """Whether this person wrote an answer of the case down, or read it from paper: then somebody else decides it."""
    wrote = Exists(Answer.objects.filter(review_id=OuterRef("review_id"), answered_by_id=staff_id))
    return Q(wrote) | Q(read_by(staff_id, OuterRef("review_id")))


def _aged(band: int, now: datetime) -> Q:
    least, most = AGE_BANDS[band]
    found = Q(since__lte=now - timedelta(days=least))
    return found if most is None else found & Q(since__gt=now - timedelta(days=most))


def _assigned(who: str, at: Moment) -> Q:
    held = Q(held_until__gt=at.wall)
    if who == NOBODYS:
        return Q(owner__isnull=True) & (Q(held_until__isnull=True) | ~held)
    mine = Q(owner=at.staff_id) | held & Q(held_by=at.staff_id)
    if who == OTHERS:
        return (Q(owner__isnull=False) & ~Q(owner=at.staff_id)) | held & ~Q(held_by=at.staff_id)
    if who == MINE:
        return mine
    return Q(owner=int(who)) | held & Q(held_by=int(who))


def _due(urgency: Urgency, now: datetime) -> Q:
    tomorrow = due.day_after(now)
    if urgency is Urgency.LATE:
        return Q(due_at__lt=now)
    if urgency is Urgency.TODAY:
        return Q(due_at__gte=now, due_at__lt=tomorrow)
    return Q(due_at__gte=tomorrow)
