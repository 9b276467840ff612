"""Periodic entry points of reviews; each may run twice, stop anywhere and start late."""

from keizoku.kernel.clock import business_now
from keizoku.kernel.database.folding import fold
from keizoku.kernel.logs import get_logger
from keizoku.kernel.tasks import every
from keizoku.reviews import actions
from keizoku.reviews.phone import sweeping as phone

log = get_logger(__name__)


@every("* * * * *", "reviews.sweep")
def sweep() -> None:
    """Every minute: end what is past its deadline or its relation, escalate what waits too long; old counters go."""
    now = business_now()
    expired, escalated = actions.expire(now), actions.escalate(now)
    withdrawn = actions.withdraw_closed(now)
    phone.sweep(now)
    actions.forget_guesses()
    fold("reviews_tally", ("campaign_id", "kind"))
    if expired or escalated or withdrawn:
        log.info("reviews.swept", expired=expired, escalated=escalated, withdrawn=withdrawn)
