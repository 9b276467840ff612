"""The description of the API: as OpenAPI, and as one page for people. Both without a key; they hold no data."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keizoku.api.v1 import service

METHODS = ("get", "post", "patch", "put", "delete")


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return JsonResponse(service.document(), json_dumps_params={"ensure_ascii": False})


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Every route on one page, from the document itself; nothing is loaded from elsewhere (CSP)."""
    described = service.document()
    routes = [
        {
            "method": method.upper(),
            "path": path,
            "summary": route.get("description") or route["summary"],
            "scope": route.get("x-keizoku-scope", ""),
            "parameters": route.get("parameters", []),
            "body": _name(route.get("requestBody", {})),
            "answer": _name(next(iter(route["responses"].values()))),
            "tag": (route.get("tags") or [""])[0],
        }
        for path, item in described["paths"].items()
        for method, route in item.items()
        if method in METHODS
    ]
    schemas = {
        name: [
            (field, _type(schema), schema.get("description", ""), field in one.get("required", []))
            for field, schema in one.get("properties", {}).items()
        ]
        for name, one in sorted(described["components"]["schemas"].items())
    }
    context = {"title": described["info"]["title"], "routes": routes, "schemas": schemas}
    return render(request, "api/docs.html", context)


def nowhere(request: HttpRequest, rest: str) -> HttpResponse:  # noqa: ARG001 - what is asked for is not there
    """Anything else under /api/: the frame makes it a problem."""
    return HttpResponse(status=404)


def _name(part: dict[str, Any]) -> str:
    """The name of the schema of a body or an answer."""
    return next((_type(one["schema"]) for one in part.get("content", {}).values()), "")


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(_type(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items', {}))}]"
    if "enum" in schema:
        return " · ".join(map(str, schema["enum"]))
    return str(schema.get("format") or schema.get("type", "any"))
