"""What a button may do: uri, message, postback, clipboard, date and time. Labels by where the button stands.

Label lengths by LINE's reference: 20 in templates and quick replies, 12 in image carousels, 40 on a Flex button.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from keizoku.sandbox.line.objections import Objections

TEMPLATE_LABEL = 20
FLEX_LABEL = 40
_URI_SCHEMES = {"http", "https", "line", "tel"}
_LONGEST_URI = 10_000  # 1,000 before SDK 3.27
_WITHOUT_CONTENT = {"camera", "cameraRoll", "location"}


def check_action(
    action: Mapping[str, Any], where: str, objections: Objections, *, label: int, label_needed: bool = True
) -> None:
    """Objects to what LINE would refuse in an action object."""
    objections.optional_text(action, "label", where, longest=label, needed=label_needed)
    kind = action.get("type")
    if kind == "uri":
        check_uri(objections.text(action, "uri", where, longest=_LONGEST_URI), f"{where}.uri", objections)
    elif kind == "message":
        objections.text(action, "text", where, longest=300)
    elif kind == "postback":
        objections.text(action, "data", where, longest=300)
        objections.optional_text(action, "displayText", where, longest=300)
    elif kind == "clipboard":
        objections.text(action, "clipboardText", where, longest=1000)
    elif kind == "datetimepicker":
        objections.text(action, "data", where, longest=300)
        objections.one_of(action, "mode", where, ("date", "time", "datetime"))
    elif kind not in _WITHOUT_CONTENT:
        objections.add(f"{where}.type", "May not be empty" if kind is None else "invalid action type")


def check_uri(uri: str, where: str, objections: Objections) -> None:
    """http, https, line or tel; the first two with a host."""
    if not uri:
        return
    try:
        parts = urlsplit(uri)
    except ValueError:
        objections.add(where, "invalid uri")
        return
    if parts.scheme not in _URI_SCHEMES:
        objections.add(where, "invalid uri scheme")
    elif parts.scheme.startswith("http") and not parts.hostname:
        objections.add(where, "invalid uri")
