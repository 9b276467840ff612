"""Files that the console hands out: certificates, lists, letters. Most name customers, so no cache may keep one."""

from typing import cast

from django.http import HttpResponse, StreamingHttpResponse


def attached(answer: HttpResponse | StreamingHttpResponse, name: str) -> HttpResponse:
    """The answer as a file of this name that the browser saves and nothing on the way keeps."""
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return cast("HttpResponse", answer)  # its sister; the frame looks at neither's content
