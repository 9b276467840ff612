"""Periodic entry point of the accounts; it may run twice, stop anywhere and start late."""

from keizoku.accounts.factors.actions import forget_unproved
from keizoku.accounts.presence.actions import forget_ended
from keizoku.kernel.logs import get_logger
from keizoku.kernel.tasks import every

log = get_logger(__name__)


@every("23 * * * *", "accounts.sweep")
def sweep() -> None:
    """Every hour: sessions whose time is over go, and secrets of apps that nobody proved."""
    gone, unproved = forget_ended(), forget_unproved()
    if gone or unproved:
        log.info("accounts.swept", sessions=gone, unproved=unproved)
