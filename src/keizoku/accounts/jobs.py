"""Periodic entry point of the accounts; it may run twice, stop anywhere and start late."""

from keizoku.accounts.administration.actions import lapse as lapse_changes
from keizoku.accounts.exports.actions import lapse as lapse_exports
from keizoku.accounts.factors.actions import forget_unproved
from keizoku.accounts.presence.actions import forget_ended
from keizoku.kernel.logs import get_logger
from keizoku.kernel.tasks import every

log = get_logger(__name__)


@every("23 * * * *", "accounts.sweep")
def sweep() -> None:
    """Every hour: sessions whose time is over go, secrets of apps that nobody proved, and requests that nobody answered."""
    gone, unproved = forget_ended(), forget_unproved()
    exports, changes = lapse_exports(), lapse_changes()
    if gone or unproved or exports or changes:
        log.info("accounts.swept", sessions=gone, unproved=unproved, exports=exports, changes=changes)
