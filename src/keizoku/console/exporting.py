"""Files that need a second person: where each is made, of how many people it is, and the way to its request."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.accounts.errors import ExportNeedsRequest
from keizoku.accounts.exports.rules import Kind
from keizoku.campaigns.incidents import recipients
from keizoku.campaigns.why import exporting
from keizoku.campaigns.why.rules import ExportKind
from keizoku.console.page import tell
from keizoku.console.screen import StaffRequest

PEOPLE: Final[dict[Kind, Callable[[int], int]]] = {
    Kind.WHY: lambda campaign_id: exporting.people_in(campaign_id, ExportKind.WHY),
    Kind.PROOFS: lambda campaign_id: exporting.people_in(campaign_id, ExportKind.PROOFS),
    Kind.RECIPIENTS: recipients.people_in,
}
# What the number of a request's subject is the number of.
SUBJECTS: Final = {Kind.WHY: "キャンペーン", Kind.PROOFS: "キャンペーン", Kind.RECIPIENTS: "事案"}


def place(kind: Kind, subject_id: int) -> str:
    """The page on which such a file is made."""
    match kind:
        case Kind.WHY:
            return reverse("console-campaign-why", args=[subject_id])
        case Kind.PROOFS:
            return f"{reverse('console-silent')}?{urlencode({'campaign': subject_id})}"
        case Kind.RECIPIENTS:
            return reverse("console-incident", args=[subject_id])


def to_request(
    request: StaffRequest, kind: Kind, subject_id: int, refusal: ExportNeedsRequest
) -> HttpResponse:
    """Whoever presses for such a file without an approved request is led to asking for one."""
    tell(request, refusal.message, refusal.remedy)
    return redirect(f"{reverse('console-export-new')}?{urlencode({'kind': kind.value, 'about': subject_id})}")
