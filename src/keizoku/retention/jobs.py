"""Workers' entry points of retention; each may run twice, stop anywhere and start late."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from keizoku.kernel.logs import get_logger
from keizoku.kernel.tasks import every
from keizoku.retention.actions import destroying, plans
from keizoku.retention.errors import PlanStale
from keizoku.retention.queries import open_plan
from keizoku.retention.rules.states import MAX_DAYS, State

log = get_logger(__name__)


@every("* * * * *", "retention.destroy")
def destroy() -> None:
    """Every minute: go on with the approved plan, if there is one."""
    found = open_plan()
    if found is None or found.state is not State.APPROVED:
        return
    try:
        count = destroying.destroy(found.id)
    except PlanStale:
        log.warning("retention.stopped_stale", plan_id=found.id)
        return
    log.info("retention.destroyed", plan_id=found.id, count=count)


@every("7 3 * * *", "retention.sweep")
def sweep() -> None:
    """Every night: end plans that wait too long or that cannot come to their end; forget sessions that are over."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    found = open_plan()
    if found is None:
        return
    since = found.approved_at if found.state is State.APPROVED else found.made_at
    assert since is not None
    if timezone.now() - since < timedelta(days=MAX_DAYS[found.state]):
        return
    if found.state is State.PLANNED:
        plans.withdraw_plan(found.id, destroying.ACTOR, because="nobody_approved")
    else:
        destroying.stop(found.id, destroying.ACTOR, because="too_long")
    log.info("retention.ended_late", plan_id=found.id, state=found.state.value)
