"""Periodic entry points of verifications; each may run twice, stop anywhere and start late."""

from keizoku.identity.methods.actions import sweep as sweep_methods
from keizoku.identity.sweeping import sweep as sweep_all
from keizoku.kernel.clock import business_now
from keizoku.kernel.logs import get_logger
from keizoku.kernel.tasks import every

log = get_logger(__name__)


@every("* * * * *", "identity.sweep")
def sweep() -> None:
    """Every minute: what is past its age ends or goes to a person; judgements that nobody holds are taken up again."""
    sweep_methods()
    moved, escalated = sweep_all(business_now())
    if moved or escalated:
        log.info("identity.swept", moved=moved, escalated=escalated)
