"""Workers' entry points of campaigns."""

from keizoku.campaigns import planner
from keizoku.kernel.tasks import every


@every("* * * * * */2", "campaigns.plan", queue="planning")
def plan() -> None:
    """Every two seconds: open the waves that are due, end what is over."""
    planner.plan_all()
