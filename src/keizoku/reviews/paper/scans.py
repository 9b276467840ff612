"""Looking at the picture of a form: under a grant, for whoever keys it."""

from typing import IO

from keizoku.accounts.access import authorise
from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.kernel import files
from keizoku.reviews.paper.models import PaperForm


def open_scan(form_id: int, staff: Staff) -> tuple[str, IO[bytes]] | None:
    """Its type and its content; None where there is none.

    Raises:
        NotPermitted: the actor may not.
    """
    authorise(staff.actor, "paper.key")
    form = PaperForm.objects.select_related("review").get(id=form_id)
    if not form.scan:
        return None
    audit.grant_read(actor=staff.actor, purpose="review.paper.scan", subjects=[form.review.customer_id])
    return form.scan_type, files.open_stored(form.scan)
