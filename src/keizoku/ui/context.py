"""Context processors: what every page may show without asking a room."""

from django.conf import settings
from django.http import HttpRequest


def institution(request: HttpRequest) -> dict[str, str]:  # noqa: ARG001 - Django's signature
    """The institution's name: the header of every page."""
    return {"institution": settings.INSTITUTION}
