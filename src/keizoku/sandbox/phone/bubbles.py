"""One message object as LINE shows it in a talk."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from keizoku.sandbox.phone.actions import button, link
from keizoku.sandbox.phone.flex import flex_message
from keizoku.sandbox.phone.markup import Markup, element, join, text

_ADDRESS = re.compile(r"https?://[^\s<>「」、。]+")


def bubble(message: Mapping[str, Any], number: str) -> Markup:
    """The message on the page of the customer with this number."""
    show = _SHOWN.get(str(message.get("type")), _other)
    quick = (message.get("quickReply") or {}).get("items") or []
    replies = [button(item.get("action") or {}, number, "quick") for item in quick]
    row = element("div", *replies, class_="quick-replies") if replies else None
    return join(show(message, number), row)


def preview(message: Mapping[str, Any]) -> str:
    """One line for lists."""
    shown = message.get("text") or message.get("altText") or message.get("templateKey") or "スタンプ"
    return str(shown).split("\n", 1)[0]


def linked(words: str) -> Markup:
    """Text with its addresses made into links."""
    parts: list[Markup] = []
    end = 0
    for found in _ADDRESS.finditer(words):
        parts += [text(words[end : found.start()]), link(found.group(), found.group(), "inline-link")]
        end = found.end()
    return join(*parts, text(words[end:]))


def _text(message: Mapping[str, Any], _number: str) -> Markup:
    return element("div", linked(str(message.get("text", ""))), class_="bubble")


def _sticker(message: Mapping[str, Any], _number: str) -> Markup:
    return element("div", f"スタンプ {message.get('packageId')}-{message.get('stickerId')}", class_="sticker")


def _flex(message: Mapping[str, Any], number: str) -> Markup:
    return flex_message(message.get("contents") or {}, number)


def _template(message: Mapping[str, Any], number: str) -> Markup:
    template = message.get("template") or {}
    if template.get("type") in {"buttons", "confirm"}:
        return _card(template, number)
    cards = [_card(column, number) for column in template.get("columns") or ()]
    return element("div", *cards, class_="carousel", tabindex="0")


def _card(card: Mapping[str, Any], number: str) -> Markup:
    actions = card.get("actions") or [card.get("action") or {}]
    title = element("p", str(card["title"]), class_="card-title") if card.get("title") else None
    words = element("p", str(card.get("text", "")), class_="card-text") if card.get("text") else None
    buttons = [button(action, number, "card-button") for action in actions]
    return element("div", title, words, element("div", *buttons, class_="card-buttons"), class_="card-bubble")


def _templated(message: Mapping[str, Any], _number: str) -> Markup:
    """A notification by template: LINE's own words are not public, so keys stand for them."""
    body = message.get("body") or {}
    emphasised = body.get("emphasizedItem")
    rows = [
        join(element("dt", str(item.get("itemKey"))), element("dd", str(item.get("content"))))
        for item in body.get("items") or ()
    ]
    buttons = [
        link(str(entry.get("url", "")), str(entry.get("buttonKey", "")), "card-button")
        for entry in body.get("buttons") or ()
    ]
    return element(
        "div",
        element("p", str(message.get("templateKey")), class_="card-title"),
        element("p", str(emphasised.get("content")), class_="emphasised") if emphasised else None,
        element("dl", *rows) if rows else None,
        element("div", *buttons, class_="card-buttons") if buttons else None,
        class_="card-bubble",
    )


def _other(message: Mapping[str, Any], _number: str) -> Markup:
    return element("div", f"({message.get('type')})", class_="bubble")


_SHOWN: dict[str, Callable[[Mapping[str, Any], str], Markup]] = {
    "text": _text,
    "textV2": _text,
    "sticker": _sticker,
    "flex": _flex,
    "template": _template,
    "templated": _templated,
}
