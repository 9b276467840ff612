"""Work of this room that a worker does; each may run twice, stop anywhere and start late."""

from django.utils import timezone

from keizoku.customers.casework import actions as casework
from keizoku.customers.duplicates import actions as duplicates
from keizoku.customers.duplicates import finding
from keizoku.customers.imports import uploading
from keizoku.customers.linking import actions as linking
from keizoku.customers.returns import reissuing
from keizoku.customers.search import indexing
from keizoku.kernel.actor import Actor
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


@every("* * * * *", "customers.sweep_line_links")
def sweep_line_links() -> None:
    """Every minute: let offers lapse that LINE never came back for, and forget accounts of ended relations."""
    if ended := linking.sweep():
        log.info("line_links.swept", ended=ended)


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


@every("*/5 * * * *", "customers.find_new_duplicates")
def find_new_duplicates() -> None:
    """Every five minutes: look for duplicates of the customers that finished imports brought."""
    if runs := finding.find_of_imports():
        log.info("duplicates.imports_looked_at", imports=runs)


@every("10 18 * * *", "customers.find_duplicates")
def find_duplicates() -> None:
    """Every night (03:10 in Tokyo): index whoever cannot be found, look for duplicates of everybody, end what waits."""
    indexed = indexing.rebuild(actor=Actor.system("customers.search"), only_missing=True)
    found = finding.find_everywhere()
    ended = duplicates.sweep(timezone.now())
    duplicates.follow_endings()
    log.info("duplicates.looked_for", indexed=indexed, found=found.found, gone=found.gone, ended=ended)
