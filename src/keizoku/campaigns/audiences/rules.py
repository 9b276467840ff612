"""Pure rules of saved audiences: the digest of conditions, what a name must be, what changed between versions."""

import hashlib
import json
from dataclasses import dataclass

from keizoku.kernel.conditions import All, Any, Condition, Fields, Not, describe, to_json
from keizoku.kernel.conditions.reading import Json

LONGEST_NAME = 60
LONGEST_NOTE = 200


def digest(condition: Json) -> str:
    """SHA-256 of the canonical text of the conditions: the same tree gives the same digest wherever it was written."""
    text = json.dumps(condition, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def problem_of_name(name: str) -> str:
    """What keeps a name from being used, in Japanese; empty when nothing does."""
    if not name.strip():
        return "対象の名前を入力してください（例：リスク高・期日まで60日）。"
    if len(name.strip()) > LONGEST_NAME:
        return f"対象の名前は{LONGEST_NAME}文字までで入力してください。"
    return ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One condition that a version has and the other has not."""

    is_added: bool
    words: str


def differences(old: Condition, new: Condition, fields: Fields) -> list[Difference]:
    """What the newer version takes away and adds, by its outermost conditions, in words.

    A change from all to any, or of a negation, is told as the whole old and the whole new.
    """
    if old == new:
        return []
    if _word(old) != _word(new):
        return [Difference(False, describe(old, fields)), Difference(True, describe(new, fields))]
    before, after = _parts(old), _parts(new)
    return [
        *(Difference(False, describe(part, fields)) for part in before if part not in after),
        *(Difference(True, describe(part, fields)) for part in after if part not in before),
    ]


def _word(condition: Condition) -> str:
    return next(iter(to_json(condition))) if isinstance(condition, All | Any | Not) else "one"


def _parts(condition: Condition) -> tuple[Condition, ...]:
    match condition:
        case All(parts) | Any(parts):
            return parts
        case _:
            return (condition,)
