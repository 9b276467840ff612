"""Forms of which a part repeats: fields "<kind>-<place>-<name>", and buttons that add, take away and move a part."""

import re
from typing import Final, TypeVar

from django.http import QueryDict

Part = TypeVar("Part")
_MOST: Final = 20


def read(posted: QueryDict, kind: str) -> list[dict[str, str]]:
    """The parts as typed, in their order."""
    found: dict[int, dict[str, str]] = {}
    for key in posted:
        if (match := re.fullmatch(rf"{kind}-(\d{{1,2}})-([a-z_]+)", key)) is not None:
            found.setdefault(int(match[1]), {})[match[2]] = posted.get(key, "")
    return [found[place] for place in sorted(found)][:_MOST]


def moved(parts: list[Part], act: str) -> list[Part] | None:
    """The parts after a button "remove-2", "up-2" or "down-2"; None if it was another button."""
    if (match := re.fullmatch(r"(remove|up|down)-(\d{1,2})", act)) is None:
        return None
    place, changed = int(match[2]) - 1, list(parts)
    if not 0 <= place < len(changed):
        return changed
    part = changed.pop(place)
    if match[1] != "remove":
        changed.insert(max(place - 1, 0) if match[1] == "up" else place + 1, part)
    return changed
