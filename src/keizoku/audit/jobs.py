"""The audit's periodic job."""

from keizoku.audit import actions
from keizoku.kernel.actor import Actor
from keizoku.kernel.tasks import every


@every("* * * * * */10", name="audit.seal")
def seal() -> None:
    """Every ten seconds: seal what is settled."""
    actions.seal()


@every("17 * * * *", name="audit.anchor")
def anchor() -> None:
    """Each hour: carry the heads to the places outside that the settings name; none named, nothing done."""
    actions.anchor_heads(actor=Actor.system("anchoring"))
