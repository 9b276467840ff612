"""Workers' entry points for the silent and for files; each may run twice, stop anywhere and start late."""

from keizoku.campaigns.silent import opening, sweeping
from keizoku.campaigns.why import exporting
from keizoku.kernel.clock import business_now
from keizoku.kernel.tasks import every

# A worker finds the task that writes files by importing this module.
write_export = exporting.write


@every("* * * * *", "campaigns.silent", queue="default")
def silent() -> None:
    """Every minute: open cases of campaigns not looked through today, take up what led to nothing, sweep files."""
    now = business_now()
    opening.look(now)
    sweeping.sweep(now)
    exporting.sweep()


@every("20 18 * * *", "campaigns.fold_silent_counts", queue="default")
def fold() -> None:
    """At night in Japan: make many appended counts few."""
    sweeping.fold_counts()
