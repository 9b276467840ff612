"""Work of this room that a worker does; it may run twice, stop anywhere and start late."""

from keizoku.forms import actions
from keizoku.kernel.logs import get_logger
from keizoku.kernel.tasks import every

log = get_logger(__name__)


@every("7 * * * *", "forms.sweep_questionnaires")
def sweep_questionnaires() -> None:
    """Every hour: send versions back that nobody approved in time."""
    if returned := actions.sweep():
        log.info("questionnaires.sent_back", returned=returned)
