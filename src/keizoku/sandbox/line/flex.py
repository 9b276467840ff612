"""Flex messages: bubbles, carousels and the components in them, as far as their structure decides."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from keizoku.sandbox.line.actions import FLEX_LABEL, check_action, check_uri
from keizoku.sandbox.line.objections import Objections

_BLOCKS = ("header", "hero", "body", "footer")
_BUBBLE_SIZES = ("nano", "micro", "deca", "hecto", "kilo", "mega", "giga")
_MOST_BUBBLES = 12
_DEEPEST = 10  # nesting of boxes that LINE accepts
_COLOUR = re.compile(r"#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})")
_COLOURED = ("color", "backgroundColor", "borderColor")


def check_flex(contents: Mapping[str, Any], where: str, objections: Objections) -> None:
    """Objects to what LINE would refuse in `contents` of a flex message."""
    if contents.get("type") == "carousel":
        bubbles = objections.listed(contents, "contents", where, least=1, most=_MOST_BUBBLES)
        for index, bubble in enumerate(bubbles):
            _check_bubble(bubble, f"{where}.contents[{index}]", objections)
    else:
        _check_bubble(contents, where, objections)


def _check_bubble(bubble: Mapping[str, Any], where: str, objections: Objections) -> None:
    if bubble.get("type") != "bubble":
        objections.add(f"{where}.type", "Must be one of the following values: [bubble, carousel]")
        return
    objections.one_of(bubble, "size", where, _BUBBLE_SIZES)
    objections.one_of(bubble, "direction", where, ("ltr", "rtl"))
    blocks = [block for block in _BLOCKS if bubble.get(block) is not None]
    if not blocks:
        objections.add(where, "At least one block must be specified")
    for block in blocks:
        component = objections.nested(bubble, block, where)
        if component is None:
            continue
        kinds = ("box", "image", "video") if block == "hero" else ("box",)
        if component.get("type") not in kinds:
            objections.add(
                f"{where}.{block}.type", f"Must be one of the following values: [{', '.join(kinds)}]"
            )
        else:
            _check_component(component, f"{where}.{block}", objections, 0)


def _check_component(component: Mapping[str, Any], where: str, objections: Objections, depth: int) -> None:
    check = _CHECKS.get(str(component.get("type")))
    if check is None:
        objections.add(f"{where}.type", "unknown component type")
        return
    for name in _COLOURED:
        colour = component.get(name)
        if colour is not None and not (isinstance(colour, str) and _COLOUR.fullmatch(colour)):
            objections.add(f"{where}.{name}", "invalid color")
    check(component, where, objections, depth)


def _check_box(box: Mapping[str, Any], where: str, objections: Objections, depth: int) -> None:
    if depth >= _DEEPEST:
        objections.add(where, "nested too deeply")
        return
    if box.get("layout") is None:
        objections.add(f"{where}.layout", "May not be empty")
    objections.one_of(box, "layout", where, ("horizontal", "vertical", "baseline"))
    contents = box.get("contents")
    if not isinstance(contents, list):
        objections.add(f"{where}.contents", "May not be empty")
        return
    _check_optional_action(box, where, objections)
    for index, child in enumerate(contents):
        if isinstance(child, Mapping):
            _check_component(child, f"{where}.contents[{index}]", objections, depth + 1)
        else:
            objections.add(f"{where}.contents[{index}]", "Must be an object")


def _check_text(text: Mapping[str, Any], where: str, objections: Objections, _depth: int) -> None:
    spans = objections.listed(text, "contents", where, least=0, most=1000)
    if not spans and not (isinstance(text.get("text"), str) and text["text"]):
        objections.add(f"{where}.text", "May not be empty")
    for index, span in enumerate(spans):
        if span.get("type") != "span":
            objections.add(f"{where}.contents[{index}].type", "Must be one of the following values: [span]")
    objections.one_of(text, "weight", where, ("regular", "bold"))
    objections.one_of(text, "align", where, ("start", "end", "center"))
    _check_optional_action(text, where, objections)


def _check_button(button: Mapping[str, Any], where: str, objections: Objections, _depth: int) -> None:
    objections.one_of(button, "style", where, ("primary", "secondary", "link"))
    objections.one_of(button, "height", where, ("md", "sm"))
    action = objections.nested(button, "action", where)
    if action is not None:
        check_action(action, f"{where}.action", objections, label=FLEX_LABEL)


def _check_picture(picture: Mapping[str, Any], where: str, objections: Objections, _depth: int) -> None:
    check_uri(objections.text(picture, "url", where, longest=2000), f"{where}.url", objections)
    _check_optional_action(picture, where, objections)


def _check_nothing(_component: Mapping[str, Any], _where: str, _objections: Objections, _depth: int) -> None:
    """Separators, fillers and spans have nothing that could be refused beyond their colour."""


def _check_optional_action(owner: Mapping[str, Any], where: str, objections: Objections) -> None:
    action = owner.get("action")
    if isinstance(action, Mapping):
        check_action(action, f"{where}.action", objections, label=FLEX_LABEL, label_needed=False)


_CHECKS: dict[str, Callable[[Mapping[str, Any], str, Objections, int], None]] = {
    "box": _check_box,
    "text": _check_text,
    "button": _check_button,
    "image": _check_picture,
    "icon": _check_picture,
    "video": _check_picture,
    "separator": _check_nothing,
    "filler": _check_nothing,
    "span": _check_nothing,
}
