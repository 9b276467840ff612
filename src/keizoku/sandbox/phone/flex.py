"""Flex messages as HTML: boxes become flex boxes, sizes become classes, colours stay (they were checked)."""

import re
from collections.abc import Mapping
from typing import Any

from keizoku.sandbox.phone.actions import button
from keizoku.sandbox.phone.markup import Markup, element, join

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?")
_SIZES = {"xxs", "xs", "sm", "md", "lg", "xl", "xxl", "3xl", "4xl", "5xl"}
_GAPS = {"none", "xs", "sm", "md", "lg", "xl", "xxl"}
_LAYOUTS = {"horizontal", "vertical", "baseline"}
_BLOCKS = ("header", "hero", "body", "footer")


def flex_message(contents: Mapping[str, Any], number: str) -> Markup:
    """A bubble or a carousel of the customer with this number."""
    if contents.get("type") == "carousel":
        bubbles = [_bubble(bubble, number) for bubble in contents.get("contents", [])]
        return element("div", *bubbles, class_="carousel", tabindex="0")
    return _bubble(contents, number)


def _bubble(bubble: Mapping[str, Any], number: str) -> Markup:
    styles = bubble.get("styles") or {}
    blocks = [
        element(
            "div",
            _component(bubble[block], number),
            class_=f"block block-{block}",
            style=_colours({"backgroundColor": (styles.get(block) or {}).get("backgroundColor")}),
        )
        for block in _BLOCKS
        if isinstance(bubble.get(block), Mapping)
    ]
    return element("div", *blocks, class_=f"flex-bubble bubble-{bubble.get('size', 'mega')}")


def _component(component: Mapping[str, Any], number: str) -> Markup:
    kind = component.get("type")
    if kind == "box":
        layout = _word(component.get("layout"), _LAYOUTS, "vertical")
        gap = _word(component.get("spacing"), _GAPS, "none")
        children = [_component(child, number) for child in component.get("contents", [])]
        classes = f"box {layout} gap-{gap} {_common(component)}"
        return element("div", *children, class_=classes, style=_style(component))
    if kind == "text":
        return _text(component)
    if kind == "button":
        style = _word(component.get("style"), {"primary", "secondary", "link"}, "link")
        inner = button(component.get("action") or {}, number, f"flex-button {style}")
        return element("div", inner, class_=f"button-row {_common(component)}", style=_style(component))
    if kind == "separator":
        return element("hr", class_=f"separator {_common(component)}")
    if kind in {"image", "video", "icon"}:
        # Nothing is fetched from outside: a picture shows as its place.
        return element("div", "画像", class_=f"picture {_common(component)}")
    return element("span", class_="filler")


def _text(component: Mapping[str, Any]) -> Markup:
    spans = [
        element("span", str(span.get("text", "")), class_=_text_class(span), style=_style(span))
        for span in component.get("contents") or ()
    ]
    inner = join(*spans) if spans else join(str(component.get("text", "")))
    wraps = "wrap" if component.get("wrap") else "nowrap"
    classes = f"flex-text {wraps} {_text_class(component)} {_common(component)}"
    return element("p", inner, class_=classes, style=_style(component))


def _text_class(component: Mapping[str, Any]) -> str:
    size = _word(component.get("size"), _SIZES, "md")
    weight = "bold" if component.get("weight") == "bold" else "regular"
    align = _word(component.get("align"), {"start", "center", "end"}, "start")
    return f"size-{size} {weight} align-{align}"


def _common(component: Mapping[str, Any]) -> str:
    margin = _word(component.get("margin"), _GAPS, "")
    return f"margin-{margin}" if margin else ""


def _style(component: Mapping[str, Any]) -> str | None:
    """Colours and the share of the row; both are plain numbers by now."""
    parts = [_colours(component) or ""]
    flex = component.get("flex")
    if isinstance(flex, int):
        parts.append(f"flex:{flex} {1 if flex else 0} {'0' if flex else 'auto'}")
    joined = ";".join(part for part in parts if part)
    return joined or None


def _colours(component: Mapping[str, Any]) -> str | None:
    named = {"color": "color", "background-color": "backgroundColor"}
    if component.get("type") == "button":
        named = {"--button-colour": "color"}
    parts = [
        f"{css}:{component[name]}"
        for css, name in named.items()
        if isinstance(component.get(name), str) and _COLOUR.fullmatch(component[name])
    ]
    return ";".join(parts) or None


def _word(value: Any, allowed: set[str], otherwise: str) -> str:
    return value if isinstance(value, str) and value in allowed else otherwise
