"""Each night everybody is rated; every five minutes what is over ends. A trial works when somebody asked for it.

Facts that time changes (a residence period that ends, the age of an account) move ratings.
"""

from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.kernel.logs import get_logger
from keizoku.kernel.tasks import every
from keizoku.risk import actions, due_counts, sweeping, trials
from keizoku.risk.errors import NoActiveScorecard

__all__ = ["rate_everybody", "sweep", "try_draft"]

log = get_logger(__name__)

try_draft = trials.work


@every("0 18 * * *", "risk.rate_everybody")
def rate_everybody() -> None:
    """At 3:00 in Japan (18:00 UTC): rate all; only what differs is written. Without a scorecard there is nothing to do."""
    try:
        actions.rate_everybody(Actor.system("nightly"), business_today())
    except NoActiveScorecard:
        return


@every("40 18 * * *", "risk.count_due")
def count_due() -> None:
    """At 3:40 in Japan: count anew who is due when."""
    due_counts.count_anew()


@every("*/5 * * * *", "risk.sweep")
def sweep() -> None:
    """Every five minutes: requests lapse, circumstances past their last day end, trials that do not move are given up."""
    swept = sweeping.sweep(Actor.system("sweeper"), business_today())
    due_counts.fold_counts()
    if any(swept.values()):
        log.info("risk.swept", **swept)
