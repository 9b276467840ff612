"""How a list of people or holdings is written in one answer: canonical JSON, a list of objects of texts. Pure."""

import json


def rows(answer: str) -> list[dict[str, str]]:
    """The rows of a stored list; none where the question was left open."""
    found: list[dict[str, str]] = json.loads(answer) if answer else []
    return found


def write_rows(found: list[dict[str, str]]) -> str:
    """Canonical JSON, as ``rows`` reads it."""
    return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
