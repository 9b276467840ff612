"""Periodic entry points of reviews; each may run twice, stop anywhere and start late."""

from keizoku.kernel.clock import business_now, business_today
from keizoku.kernel.database.folding import fold
from keizoku.kernel.logs import get_logger
from keizoku.kernel.tasks import every
from keizoku.reviews import actions, identifying
from keizoku.reviews.paper import sweeping as paper
from keizoku.reviews.phone import sweeping as phone
from keizoku.reviews.policies import actions as policies
from keizoku.reviews.policies.deciding import judge_waiting
from keizoku.reviews.quality import actions as quality

log = get_logger(__name__)


@every("* * * * *", "reviews.sweep")
def sweep() -> None:
    """Every minute: end what is past its deadline or its relation, escalate what waits too long; leases and counters go."""
    now = business_now()
    expired, escalated = actions.expire(now), actions.escalate(now)
    withdrawn = actions.withdraw_closed(now)
    phone.sweep(now)
    actions.forget_guesses()
    paper.let_go()
    paper.escalate(now)
    actions.lapse_assignments()
    actions.follow_ratings()
    quality.escalate(now)
    identifying.take_findings()
    policies.sweep()
    fold("reviews_tally", ("campaign_id", "kind"))
    if expired or escalated or withdrawn:
        log.info("reviews.swept", expired=expired, escalated=escalated, withdrawn=withdrawn)


@every("20 3 * * *", "reviews.closed_days")
def closed_days() -> None:
    """Each night: the weekdays on which the bank is closed, some years ahead, for the desk's due instants."""
    actions.keep_closed_days(business_today())


@every("* * * * *", "reviews.judge")
def judge() -> None:
    """Every minute: judge the answers that were handed in since, by the active policy; without one, nothing happens."""
    judged, approved = judge_waiting()
    if judged:
        log.info("reviews.judged", judged=judged, approved=approved)
