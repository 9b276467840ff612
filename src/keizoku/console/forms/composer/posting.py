"""From a posted form to the tree as typed, and back to what would be posted."""

from django.http import QueryDict

from keizoku.console.forms.composer.nodes import (
    MOST_LEVELS,
    MOST_PARTS,
    WORDS,
    Group,
    Line,
    Node,
    Path,
    name_of,
)


def read(posted: QueryDict) -> Group:
    """The tree as typed; what is not of this form is left out, so that no post can make it deeper or longer."""
    found = _read(posted, ())
    return found if isinstance(found, Group) else Group()


def _read(posted: QueryDict, path: Path) -> Node:
    name = name_of(path)
    word = posted.get(f"{name}_word")
    if word is None or len(path) >= MOST_LEVELS:
        return _line(posted, name)
    count = posted.get(f"{name}_parts", "")
    parts = int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 0  # noqa: PLR2004
    known = word if word in dict(WORDS) else "all"
    return Group(known, tuple(_read(posted, (*path, place)) for place in range(min(parts, MOST_PARTS))))


def _line(posted: QueryDict, name: str) -> Line:
    """A line whose field was changed starts anew: another field's operator and values mean nothing for it."""
    field = posted.get(f"{name}_field", "")
    if field != posted.get(f"{name}_was", field):
        return Line(field)
    return Line(field, posted.get(f"{name}_operator", ""), tuple(posted.getlist(f"{name}_value")))


def posts(root: Group) -> dict[str, list[str]]:
    """What a browser would post of this form."""
    return dict(_posts(root, ()))


def _posts(node: Node, path: Path) -> list[tuple[str, list[str]]]:
    name = name_of(path)
    if isinstance(node, Group):
        own = [(f"{name}_word", [node.word]), (f"{name}_parts", [str(len(node.parts))])]
        return own + [each for place, part in enumerate(node.parts) for each in _posts(part, (*path, place))]
    return [
        (f"{name}_field", [node.field]),
        (f"{name}_was", [node.field]),
        (f"{name}_operator", [node.operator]),
        (f"{name}_value", list(node.values)),
    ]
