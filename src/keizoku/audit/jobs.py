"""The audit's periodic job."""

from keizoku.audit import actions
from keizoku.kernel.tasks import every


@every("* * * * * */10", name="audit.seal")
def seal() -> None:
    """Every ten seconds: seal what is settled."""
    actions.seal()
