"""Workers' entry points of campaigns."""

from keizoku.campaigns import calling_off, launching, planner, sweeping
from keizoku.campaigns.audiences import actions, gathering, queries
from keizoku.campaigns.incidents import recipients
from keizoku.campaigns.incidents import sweeping as incidents
from keizoku.campaigns.numbers import jobs as numbers
from keizoku.campaigns.silent import jobs as silent
from keizoku.kernel.tasks import every

launch = launching.work
call_off_letters = calling_off.work
fix_recipients = recipients.work
count_numbers = numbers.count_numbers
open_cases, fold_counts, write_export = silent.silent, silent.fold, silent.write_export


@every("* * * * * */2", "campaigns.plan", queue="planning")
def plan() -> None:
    """Every two seconds: open the waves that are due, end what is over."""
    planner.plan_all()


@every("* * * * *", "campaigns.wake_launches", queue="planning")
def wake_launches() -> None:
    """Every minute: go on with launches whose worker died, free the people of stopped campaigns."""
    launching.wake_stalled()
    launching.release_stopped()


@every("* * * * * */10", "campaigns.gather_contacts", queue="planning")
def gather_contacts() -> None:
    """Every ten seconds: what was sent becomes the last day of contact of each customer."""
    gathering.gather()


@every("40 19 * * *", "campaigns.count_audiences", queue="planning")
def count_audiences() -> None:
    """At night in Japan: count each saved audience anew, so that the list tells the number of the day."""
    for row in queries.listing():  # an exact count each, well below a second
        actions.count(row.latest.id)


@every("* * * * *", "campaigns.close_what_is_over")
def close_what_is_over() -> None:
    """Every minute: chunks of campaigns that are over, and test sends whose answer nobody took."""
    sweeping.close_what_is_over()
    sweeping.give_up_trial_sends()


@every("* * * * *", "campaigns.call_off_left", queue="events")
def call_off_left() -> None:
    """Every minute: letters of stopped campaigns that reached the print house late, or that it did not answer for."""
    calling_off.sweep()


@every("* * * * *", "campaigns.sweep_incidents")
def sweep_incidents() -> None:
    """Every minute: lists of recipients are fixed, what lasts too long is told."""
    incidents.sweep()
