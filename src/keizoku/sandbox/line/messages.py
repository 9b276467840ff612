"""Message objects: what LINE refuses in the `messages` of push, multicast, reply, notification and validation."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from keizoku.sandbox.line.actions import TEMPLATE_LABEL, check_action, check_uri
from keizoku.sandbox.line.flex import check_flex
from keizoku.sandbox.line.objections import Objections

MOST_MESSAGES = 5
_LONGEST_TEXT = 5000
_LONGEST_ALTERNATIVE = 1500
_MOST_QUICK_REPLIES = 13
# Not in LINE notification messages: pictures, films and sound.
NOT_BY_PHONE = frozenset({"image", "video", "audio", "imagemap"})


def check_messages(
    body: Mapping[str, Any], objections: Objections, *, refused_types: Collection[str] = ()
) -> list[Mapping[str, Any]]:
    """The body's messages; objections where LINE would have some."""
    messages = objections.listed(body, "messages", "", least=1, most=MOST_MESSAGES)
    for index, message in enumerate(messages):
        where = f"messages[{index}]"
        kind = message.get("type")
        check = _CHECKS.get(str(kind))
        if kind is None:
            objections.add(f"{where}.type", "May not be empty")
        elif check is None or kind in refused_types:
            objections.add(f"{where}.type", f"Invalid message type: {kind}")
        else:
            check(message, where, objections)
            _check_quick_reply(message, where, objections)
    return messages


def _check_text(message: Mapping[str, Any], where: str, objections: Objections) -> None:
    objections.text(message, "text", where, longest=_LONGEST_TEXT)


def _check_sticker(message: Mapping[str, Any], where: str, objections: Objections) -> None:
    for name in ("packageId", "stickerId"):
        value = objections.text(message, name, where, longest=20)
        if value and not value.isdigit():
            objections.add(f"{where}.{name}", "Must be a number")


def _check_flex(message: Mapping[str, Any], where: str, objections: Objections) -> None:
    objections.text(message, "altText", where, longest=_LONGEST_ALTERNATIVE)
    contents = objections.nested(message, "contents", where)
    if contents is not None:
        check_flex(contents, f"{where}.contents", objections)


def _check_template(message: Mapping[str, Any], where: str, objections: Objections) -> None:
    objections.text(message, "altText", where, longest=_LONGEST_ALTERNATIVE)
    template = objections.nested(message, "template", where)
    if template is None:
        return
    here = f"{where}.template"
    kind = template.get("type")
    if kind == "buttons":
        _check_card(template, here, objections, most_actions=4, plain=160, with_title=60)
    elif kind == "confirm":
        objections.text(template, "text", here, longest=240)
        _check_actions(template, here, objections, least=2, most=2)
    elif kind == "carousel":
        for index, column in enumerate(objections.listed(template, "columns", here, least=1, most=10)):
            there = f"{here}.columns[{index}]"
            _check_card(column, there, objections, most_actions=3, plain=120, with_title=60)
    elif kind == "image_carousel":
        for index, column in enumerate(objections.listed(template, "columns", here, least=1, most=10)):
            there = f"{here}.columns[{index}]"
            check_uri(
                objections.text(column, "imageUrl", there, longest=2000), f"{there}.imageUrl", objections
            )
            action = objections.nested(column, "action", there)
            if action is not None:
                check_action(action, f"{there}.action", objections, label=12, label_needed=False)
    else:
        objections.add(f"{here}.type", "May not be empty" if kind is None else "unknown template type")


def _check_card(
    card: Mapping[str, Any],
    where: str,
    objections: Objections,
    *,
    most_actions: int,
    plain: int,
    with_title: int,
) -> None:
    has_head = bool(card.get("title") or card.get("thumbnailImageUrl"))
    objections.optional_text(card, "title", where, longest=40)
    objections.text(card, "text", where, longest=with_title if has_head else plain)
    _check_actions(card, where, objections, least=1, most=most_actions)


def _check_actions(
    owner: Mapping[str, Any], where: str, objections: Objections, *, least: int, most: int
) -> None:
    for index, action in enumerate(objections.listed(owner, "actions", where, least=least, most=most)):
        check_action(action, f"{where}.actions[{index}]", objections, label=TEMPLATE_LABEL)


def _check_picture(message: Mapping[str, Any], where: str, objections: Objections) -> None:
    for name in ("originalContentUrl", "previewImageUrl"):
        check_uri(objections.text(message, name, where, longest=2000), f"{where}.{name}", objections)


def _check_audio(message: Mapping[str, Any], where: str, objections: Objections) -> None:
    name = "originalContentUrl"
    check_uri(objections.text(message, name, where, longest=2000), f"{where}.{name}", objections)


def _check_location(message: Mapping[str, Any], where: str, objections: Objections) -> None:
    objections.text(message, "title", where, longest=100)
    objections.text(message, "address", where, longest=100)


def _check_quick_reply(message: Mapping[str, Any], where: str, objections: Objections) -> None:
    quick_reply = message.get("quickReply")
    if not isinstance(quick_reply, Mapping):
        return
    here = f"{where}.quickReply"
    items = objections.listed(quick_reply, "items", here, least=1, most=_MOST_QUICK_REPLIES)
    for index, item in enumerate(items):
        action = objections.nested(item, "action", f"{here}.items[{index}]")
        if action is not None:
            check_action(action, f"{here}.items[{index}].action", objections, label=TEMPLATE_LABEL)


_CHECKS: dict[str, Callable[[Mapping[str, Any], str, Objections], None]] = {
    "text": _check_text,
    "textV2": _check_text,
    "sticker": _check_sticker,
    "flex": _check_flex,
    "template": _check_template,
    "image": _check_picture,
    "video": _check_picture,
    "audio": _check_audio,
    "location": _check_location,
}
