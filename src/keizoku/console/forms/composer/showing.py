"""What the template draws of a tree as typed: groups with their words, lines with fields, operators and values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from keizoku.campaigns.audiences.groups import HELP, FieldGroup
from keizoku.console.forms.composer.nodes import MOST_LEVELS, WORDS, Group, Line, Node, Path, name_of
from keizoku.console.forms.composer.operators import Entry, entry, is_known, offered
from keizoku.kernel.conditions import Field, Fields
from keizoku.kernel.text.sentences import Composed
from keizoku.ui.components.form import Choice

_MOST_CAMPAIGNS = 40  # newest first; older ones are shown where they are chosen
_SUFFIX = {Entry.DAYS: "日"}
_EXAMPLES = {
    Entry.DAYS: "30",
    Entry.NUMBER: "2",
    Entry.DATE: "2026-04-01、令和8年4月1日",
    Entry.TEXT: "001、002",
    Entry.NAMES: "ベトナム、ネパール",
}
_DIGITS = {Entry.DAYS, Entry.NUMBER}


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One comparison; ``place`` is its number as people read it, such as 2-1."""

    name: str
    place: str
    typed: Line
    help: str
    operators: list[tuple[str, str]]
    operator: str
    entry: str
    choices: list[Choice]
    value_label: str
    value: str
    example: str
    suffix: str
    inputmode: str
    width: str
    error: str
    field_error: str
    may_leave: bool

    @property
    def is_group(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class ShownGroup:
    name: str
    place: str
    word: str
    words: tuple[tuple[str, str], ...]
    parts: list["ShownGroup | ShownLine"]
    error: str
    may_hold_groups: bool
    is_root: bool
    may_leave: bool

    @property
    def is_group(self) -> bool:
        return True

    @property
    def count(self) -> int:
        return len(self.parts)


def shown(root: Group, fields: Fields, errors: Mapping[str, str]) -> ShownGroup:
    """The whole tree."""
    return _group(root, (), fields, errors)


def pickable(groups: list[FieldGroup]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The field picker: (group, [(name, label)])."""
    return [(group.label, [(field.name, field.label) for field in group.fields]) for group in groups]


def _node(node: Node, path: Path, fields: Fields, errors: Mapping[str, str]) -> ShownGroup | ShownLine:
    return (
        _group(node, path, fields, errors) if isinstance(node, Group) else _line(node, path, fields, errors)
    )


def _group(group: Group, path: Path, fields: Fields, errors: Mapping[str, str]) -> ShownGroup:
    name = name_of(path)
    return ShownGroup(
        name=name,
        place=_place(path),
        word=group.word,
        words=WORDS,
        parts=[_node(part, (*path, place), fields, errors) for place, part in enumerate(group.parts)],
        error=errors.get(f"{name}_word", ""),
        may_hold_groups=len(path) + 1 < MOST_LEVELS,
        is_root=not path,
        may_leave=len(path) > 1,
    )


def _line(line: Line, path: Path, fields: Fields, errors: Mapping[str, str]) -> ShownLine:
    name, field = name_of(path), fields.get(line.field)
    operators = offered(field, line.operator) if field else []
    operator = _operator(field, line, operators)
    kind = entry(field, operator) if field else Entry.NOTHING
    return ShownLine(
        name=name,
        place=_place(path),
        typed=line,
        help=HELP.get(line.field, ""),
        operators=operators,
        operator=operator,
        entry=str(kind),
        choices=_choices(field, line) if field and kind is Entry.BOXES else [],
        value_label=Composed("「{0}」の値", field.label) if field else "",
        value=line.values[0] if line.values and kind is not Entry.BOXES else "",
        example=_EXAMPLES.get(kind, ""),
        suffix=_SUFFIX.get(kind, ""),
        inputmode="numeric" if kind in _DIGITS else "",
        width="" if kind in {Entry.NAMES, Entry.TEXT} else "20" if kind is Entry.DATE else "8",
        error=errors.get(f"{name}_value", ""),
        field_error=errors.get(f"{name}_field", "") or errors.get(f"{name}_operator", ""),
        may_leave=len(path) > 1,
    )


def _operator(field: Field | None, line: Line, operators: list[tuple[str, str]]) -> str:
    """What is chosen, or the first that is offered."""
    if field is None:
        return ""
    return line.operator if is_known(field, line.operator) else operators[0][0]


def _choices(field: Field, line: Line) -> list[Choice]:
    own = [(str(value), label) for value, label in field.choices.items()]
    if len(own) <= _MOST_CAMPAIGNS or not field.element:
        return list(own)
    return [*own[:_MOST_CAMPAIGNS], *(one for one in own[_MOST_CAMPAIGNS:] if one[0] in line.values)]


def _place(path: Path) -> str:
    return "-".join(str(place + 1) for place in path)
