"""The picture of a form, decrypted for who looks at it; each look is in the audit."""

from django.http import Http404, HttpResponse, StreamingHttpResponse

from keizoku.console.attachments import shown
from keizoku.console.screen import StaffRequest, screen
from keizoku.reviews.paper import scans

PIECE = 64 * 1024


@screen("paper.key")
def scan(request: StaffRequest, form_id: int) -> HttpResponse:
    """As a file of its own type, which no browser may take for anything else."""
    found = scans.open_scan(form_id, request.user)
    if found is None:
        raise Http404
    kind, content = found
    pieces = iter(lambda: content.read(PIECE), b"")
    return shown(StreamingHttpResponse(pieces, content_type=kind))
