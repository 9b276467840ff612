"""Workers' entry points of campaigns."""

from keizoku.campaigns import launching, planner
from keizoku.campaigns.incidents import recipients
from keizoku.campaigns.incidents import sweeping as incidents
from keizoku.kernel.tasks import every

launch = launching.work
fix_recipients = recipients.work


@every("* * * * * */2", "campaigns.plan", queue="planning")
def plan() -> None:
    """Every two seconds: open the waves that are due, end what is over."""
    planner.plan_all()


@every("* * * * *", "campaigns.wake_launches", queue="planning")
def wake_launches() -> None:
    """Every minute: go on with launches whose worker died."""
    launching.wake_stalled()


@every("* * * * *", "campaigns.sweep_incidents")
def sweep_incidents() -> None:
    """Every minute: lists of recipients are fixed, what lasts too long is told."""
    incidents.sweep()
