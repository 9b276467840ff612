"""Work of this room that a worker does; each may run twice, stop anywhere and start late."""

from keizoku.customers.casework import actions as casework
from keizoku.customers.imports import uploading
from keizoku.customers.returns import reissuing
from keizoku.kernel.clock import business_now
from keizoku.kernel.logs import get_logger
from keizoku.kernel.tasks import every, task

log = get_logger(__name__)


@task("customers.check_upload", attempts=1)
def check_upload(*, upload_id: int) -> None:
    """Read an uploaded file on trial."""
    uploading.check(upload_id)


@task("customers.import_upload", attempts=1)
def import_upload(*, upload_id: int) -> None:
    """Import an uploaded file."""
    uploading.take_in(upload_id)


@every("* * * * *", "customers.sweep_tasks")
def sweep_tasks() -> None:
    """Every minute: mark tasks whose day is over."""
    if escalated := casework.escalate(business_now()):
        log.info("tasks.escalated", escalated=escalated)


@every("* * * * *", "customers.sweep_imports")
def sweep() -> None:
    """Every minute: end runs of killed processes and uploads that wait too long."""
    if ended := uploading.sweep():
        log.info("imports.swept", ended=ended)


@every("*/10 * * * *", "customers.sweep_returns")
def sweep_returns() -> None:
    """Every ten minutes: withdraw reissues that nobody confirmed or fetched in time."""
    if ended := reissuing.sweep():
        log.info("reissues.swept", ended=ended)
