"""Verify the signature on the raw bytes, keep the delivery events, answer 200; a worker understands them later."""

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from keizoku.delivery import actions, registry

LARGEST_BODY = 1_000_000  # bytes; our choice, against floods


@csrf_exempt
@require_POST
def line(request: HttpRequest) -> HttpResponse:
    """LINE's webhook: 200 for what LINE signed (also an empty connectivity check), 403 for anything else."""
    return _taken(request, "line", request.headers.get("x-line-signature", ""), refusal=403)


@csrf_exempt
@require_POST
def sms(request: HttpRequest, secret: str) -> HttpResponse:
    """The SMS carrier's callback: 200 at the address that only the carrier was told, 404 at any other."""
    return _taken(request, "sms", secret, refusal=404)


def _taken(request: HttpRequest, carrier: str, signature: str, *, refusal: int) -> HttpResponse:
    """400 for what is verified and cannot be read, 413 for what is too long."""
    body = request.body
    if len(body) > LARGEST_BODY:
        return HttpResponse(status=413)
    if not registry.signature_holds(carrier, body, signature):
        return HttpResponse(status=refusal)
    try:
        _stored(carrier, body)
    except ValueError:
        return HttpResponse(status=400)
    return HttpResponse(status=200)


def _stored(carrier: str, body: bytes) -> None:
    """On a new connection where the old one was lost (the database was started anew). Stored twice does no harm."""
    try:
        actions.store_raw_event(carrier, body)
    except (OperationalError, InterfaceError):
        connection.close()
        actions.store_raw_event(carrier, body)
