"""Buttons in a talk: links really lead where they say, messages and postbacks go to the bank by webhook."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from keizoku.sandbox.phone.markup import Markup, element


def button(action: Mapping[str, Any], number: str, classes: str) -> Markup:
    """A button for an action object, on the page of the customer with this number."""
    label = str(action.get("label") or action.get("text") or "開く")
    kind = action.get("type")
    if kind == "uri":
        return link(str(action.get("uri", "")), label, classes)
    if kind == "message":
        return _form(f"/phone/{number}/say", label, classes, {"text": str(action.get("text", ""))})
    if kind == "postback":
        shown = str(action.get("displayText") or label)
        given = {"content": str(action.get("data", "")), "label": shown}
        return _form(f"/phone/{number}/press", label, classes, given)
    return element("span", label, class_=f"{classes} unavailable")


def link(uri: str, label: str, classes: str) -> Markup:
    """http, https and tel lead somewhere from a browser; LINE's own scheme doesn't."""
    if urlsplit(uri).scheme in {"http", "https", "tel"}:
        return element("a", label, href=uri, target="_blank", rel="noopener", class_=classes)
    return element("span", label, class_=f"{classes} unavailable")


def _form(action: str, label: str, classes: str, hidden: Mapping[str, str]) -> Markup:
    fields = [element("input", type="hidden", name=name, value=value) for name, value in hidden.items()]
    return element(
        "form",
        *fields,
        element("button", label, class_=classes),
        method="post",
        action=action,
        class_="press",
    )
