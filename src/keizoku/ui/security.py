"""The headers that every answer carries. Nothing inline runs or styles: no nonce, no hash, no exception.

``Referrer-Policy`` is ``same-origin`` for both places: another site learns nothing (a one-time link is a secret), while
Django's CSRF check over HTTPS still sees our own origin; ``no-referrer`` would turn ``Origin`` into ``null`` and break it.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "object-src 'none'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


# For the pages that take pictures of documents: our own script may ask for the camera, nobody else's.
WITH_CAMERA = HEADERS["Permissions-Policy"].replace("camera=()", "camera=(self)")


def allow_camera(response: HttpResponse) -> HttpResponse:
    """Let this page's own script ask for the camera; the visitor still decides."""
    response.headers["Permissions-Policy"] = WITH_CAMERA
    return response


class SecurityHeaders:
    """Middleware; a view cannot weaken these, only choose ``Cache-Control`` and, word for word, ``WITH_CAMERA``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        takes_pictures = response.headers.get("Permissions-Policy") == WITH_CAMERA
        for name, value in HEADERS.items():
            response.headers[name] = value
        if takes_pictures:
            response.headers["Permissions-Policy"] = WITH_CAMERA
        # Pages hold personal data: the back button of a shared computer must not bring them up again.
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
