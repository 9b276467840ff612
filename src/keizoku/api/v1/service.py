"""The version's one NinjaAPI: its routers, and how exceptions become problems."""

import traceback
from typing import Any, Final

from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from keizoku.api import faults, problems, refusals
from keizoku.api.problems import Stopped
from keizoku.api.v1 import (
    answers,
    audiences,
    campaigns,
    customers,
    deliveries,
    due,
    events,
    health,
    identity,
    vision,
)
from keizoku.kernel.errors import Refusal
from keizoku.kernel.logs import get_logger

log = get_logger(__name__)

PROBLEM_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "remedy", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable; compare this one."},
        "remedy": {"type": "string", "description": "What to do next."},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "JSON pointer; ?name for a query parameter.",
                    },
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}

api: Final = NinjaAPI(
    title="Keizoku API",
    version="1",
    description="継続的顧客管理のAPI。説明は docs/api.md。 The API of Keizoku; explained in docs/api.md.",
    urls_namespace="api-v1",
    docs_url=None,
    openapi_url=None,
)
for _prefix, _router in (
    ("", health.router),
    ("/customers", customers.router),
    ("/due", due.router),
    ("/deliveries", deliveries.router),
    ("/answers", answers.router),
    ("/campaigns", campaigns.router),
    ("", audiences.router),
    ("/events", events.router),
    ("/identity", identity.router),
    ("/vision", vision.router),
):
    api.add_router(_prefix, _router)


def document() -> dict[str, Any]:
    """The OpenAPI document, with the one shape of all problems."""
    described: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="/api/v1"))
    described["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
    described["components"]["responses"] = {
        "Problem": {
            "description": "RFC 9457",
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    }
    return described


@api.exception_handler(Stopped)
def _stopped(request: HttpRequest, stopped: Stopped) -> HttpResponse:
    return problems.answer(request, stopped.problem)


@api.exception_handler(AuthenticationError)
def _unauthenticated(request: HttpRequest, _: AuthenticationError) -> HttpResponse:
    return problems.answer(request, problems.UNAUTHENTICATED)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problems.answer(request, problems.invalid(faults.places_of(error.errors)))


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problems.answer(request, problems.plain(error.status_code))


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, _: RequestDataTooBig) -> HttpResponse:
    return problems.answer(request, problems.plain(413))


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problems.answer(request, refusals.problem_of(refusal))


@api.exception_handler(ObjectDoesNotExist)
def _missing(request: HttpRequest, _: ObjectDoesNotExist) -> HttpResponse:
    return problems.answer(request, problems.NOT_FOUND)


@api.exception_handler(Http404)
def _nowhere(request: HttpRequest, _: Http404) -> HttpResponse:
    return problems.answer(request, problems.NOT_FOUND)


@api.exception_handler(Exception)
def _crashed(request: HttpRequest, error: Exception) -> HttpResponse:
    """A fault of ours, at the process's edge: the type alone is logged, since a message could hold a value."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].name}:{frames[-1].lineno}" if frames else ""
    told = [f"{frame.name}:{frame.lineno}" for frame in frames if "/keizoku/" in frame.filename]
    log.error(
        "api.crashed",
        request_id=problems.request_id(request),
        error=type(error).__name__,
        place=place,
        through=told,
    )
    return problems.answer(request, problems.plain(500))
