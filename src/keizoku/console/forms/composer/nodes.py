"""What was typed: groups of lines and groups, and the edits that the buttons make. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

ROOT: Final = "c"
WORDS: Final = (
    ("all", "すべて満たす"),
    ("any", "どれかを満たす"),
    ("no:any", "どれも満たさない"),
    ("no:all", "すべては満たさない"),
)
MOST_PARTS: Final = 30
MOST_LEVELS: Final = 4
_MOST_DIGITS: Final = 2  # of a place within a group


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison as typed; nothing chosen yet where ``field`` is empty."""

    field: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    word: str = "all"
    parts: tuple["Node", ...] = ()


Node: TypeAlias = Group | Line
Path: TypeAlias = tuple[int, ...]


def name_of(path: Path) -> str:
    """The name under which a node's inputs are posted."""
    return "_".join((ROOT, *map(str, path)))


def path_of(name: str) -> Path | None:
    """The path that a name says; None for anything else."""
    first, *places = name.split("_")
    if first != ROOT or not all(
        place.isascii() and place.isdigit() and len(place) <= _MOST_DIGITS for place in places
    ):
        return None
    return tuple(map(int, places))


def edited(root: Group, act: str) -> Group:
    """The tree after a button: add, group, remove, up, down or out, with the node's name; unchanged for anything else."""
    verb, _, name = act.partition(":")
    path = path_of(name)
    if path is None or verb not in _EDITS or not _is_there(root, path):
        return root
    return _EDITS[verb](root, path)


def _add(root: Group, path: Path, part: Node | None = None) -> Group:
    new = Line() if part is None else part

    def grown(node: Node) -> Node:
        if not isinstance(node, Group) or len(node.parts) >= MOST_PARTS:
            return node
        return replace(node, parts=(*node.parts, new))

    return _at(root, path, grown)


def _group(root: Group, path: Path) -> Group:
    """A new group holds one empty line, so that there is something to fill."""
    return _add(root, path, Group("any", (Line(),))) if len(path) + 1 < MOST_LEVELS else root


def _remove(root: Group, path: Path) -> Group:
    if not path:
        return Group(root.word)
    return _parts(root, path[:-1], lambda parts: (*parts[: path[-1]], *parts[path[-1] + 1 :]))


def _moved(by: int) -> Callable[[Group, Path], Group]:
    def move(root: Group, path: Path) -> Group:
        if not path:
            return root

        def swapped(parts: tuple[Node, ...]) -> tuple[Node, ...]:
            here, there = path[-1], path[-1] + by
            if not 0 <= there < len(parts):
                return parts
            changed = list(parts)
            changed[here], changed[there] = changed[there], changed[here]
            return tuple(changed)

        return _parts(root, path[:-1], swapped)

    return move


def _out(root: Group, path: Path) -> Group:
    """Out of its group, to stand behind it."""
    if len(path) < 2:  # noqa: PLR2004 - what stands in the root has no group to leave
        return root
    node, group = _find(root, path), path[:-1]
    without = _remove(root, path)
    return _parts(without, group[:-1], lambda parts: (*parts[: group[-1] + 1], node, *parts[group[-1] + 1 :]))


_EDITS: Final[dict[str, Callable[[Group, Path], Group]]] = {
    "add": _add,
    "group": _group,
    "remove": _remove,
    "up": _moved(-1),
    "down": _moved(1),
    "out": _out,
}


def _at(node: Group, path: Path, change: Callable[[Node], Node]) -> Group:
    """``node`` with the one at ``path`` changed."""
    if not path:
        changed = change(node)
        assert isinstance(changed, Group)
        return changed
    place, rest = path[0], path[1:]
    part = node.parts[place]
    new = _at(part, rest, change) if isinstance(part, Group) else change(part)
    return replace(node, parts=(*node.parts[:place], new, *node.parts[place + 1 :]))


def _parts(root: Group, path: Path, change: Callable[[tuple[Node, ...]], tuple[Node, ...]]) -> Group:
    def changed(node: Node) -> Node:
        return replace(node, parts=change(node.parts)) if isinstance(node, Group) else node

    return _at(root, path, changed)


def _find(root: Group, path: Path) -> Node:
    node: Node = root
    for place in path:
        assert isinstance(node, Group)
        node = node.parts[place]
    return node


def _is_there(root: Group, path: Path) -> bool:
    node: Node = root
    for place in path:
        if not isinstance(node, Group) or place >= len(node.parts):
            return False
        node = node.parts[place]
    return True
