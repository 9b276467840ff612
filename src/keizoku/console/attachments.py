"""Files that the console hands out or shows: certificates, lists, letters. Most name customers: no cache keeps one."""

from typing import cast

from django.http import HttpResponse, StreamingHttpResponse


def attached(answer: HttpResponse | StreamingHttpResponse, name: str) -> HttpResponse:
    """The answer as a file of this name that the browser saves and nothing on the way keeps."""
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return cast("HttpResponse", answer)  # its sister; the frame looks at neither's content


def shown(answer: HttpResponse | StreamingHttpResponse) -> HttpResponse:
    """The answer as a picture or document that the browser shows as what it says it is, and nothing on the way keeps."""
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return cast("HttpResponse", answer)
