"""Verify the signature on the raw bytes, store raw, answer 200; a worker understands it later (style rule 17)."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from keizoku.delivery import actions, registry

LARGEST_BODY = 1_000_000


@csrf_exempt
@require_POST
def line(request: HttpRequest) -> HttpResponse:
    """LINE's webhook: 200 for what LINE signed (also an empty connectivity check), 403 for anything else."""
    body = request.body
    if len(body) > LARGEST_BODY:
        return HttpResponse(status=413)
    if not registry.signature_holds("line", body, request.headers.get("x-line-signature", "")):
        return HttpResponse(status=403)
    actions.store_raw_event("line", body)
    return HttpResponse(status=200)


@csrf_exempt
@require_POST
def sms(request: HttpRequest, secret: str) -> HttpResponse:
    """The SMS carrier's callback: 200 at the address that only the carrier was told, 404 at any other."""
    body = request.body
    if len(body) > LARGEST_BODY:
        return HttpResponse(status=413)
    if not registry.signature_holds("sms", body, secret):
        return HttpResponse(status=404)
    actions.store_raw_event("sms", body)
    return HttpResponse(status=200)
