"""Work of this room that a worker does; each may run twice, stop anywhere and start late."""

from typing import Final

from keizoku.events import actions, gathering, posting
from keizoku.kernel.logs import get_logger
from keizoku.kernel.tasks import every

log = get_logger(__name__)
QUEUE: Final = "outgoing"  # of its own: a slow receiver holds up nothing else


@every("* * * * * */2", "events.pass_on", queue=QUEUE)
def pass_on() -> None:
    """Every two seconds: take in what happened, and post what is due."""
    gathered = gathering.gather()
    tried = posting.post_due()
    if gathered or tried:
        log.info("events.passed_on", gathered=gathered, tried=tried)


@every("40 18 * * *", "events.forget", queue=QUEUE)
def forget() -> None:
    """Every night: forget what is older than 30 days."""
    if forgotten := actions.forget_old():
        log.info("events.forgotten", rows=forgotten)
