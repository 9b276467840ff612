"""The nightly rating: facts that time changes (a residence period that ends, the age of an account) move ratings."""

from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.kernel.tasks import every
from keizoku.risk import actions
from keizoku.risk.errors import NoActiveScorecard


@every("0 18 * * *", "risk.rate_everybody")
def rate_everybody() -> None:
    """At 3:00 in Japan (18:00 UTC): rate all; only what differs is written. Without a scorecard there is nothing to do."""
    try:
        actions.rate_everybody(Actor.system("nightly"), business_today())
    except NoActiveScorecard:
        return
