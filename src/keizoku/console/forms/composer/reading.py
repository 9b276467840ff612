"""From a condition to the form that writes it; of two forms that would write the same it is the shorter. Pure."""

from datetime import date

from keizoku.console.forms.composer.nodes import Group, Line, Node
from keizoku.console.forms.composer.operators import NOT, Entry, entry
from keizoku.kernel.conditions import All, Any, Compare, Condition, Fields, FieldType, Not, Operator


def group(condition: Condition, fields: Fields) -> Group:
    """The root: a condition that is no group stands alone in one."""
    match condition:
        case All(parts):
            return Group("all", _all(parts, fields))
        case Any(parts):
            return Group("any", _all(parts, fields))
        case Not(All(parts)):
            return Group("no:all", _all(parts, fields))
        case Not(Any(parts)) if _contained(Any(parts)) is None:
            return Group("no:any", _all(parts, fields))
        case _:
            return Group("all", (_node(condition, fields),))


def _all(parts: tuple[Condition, ...], fields: Fields) -> tuple[Node, ...]:
    return tuple(_node(part, fields) for part in parts)


def _node(condition: Condition, fields: Fields) -> Node:
    match condition:
        case Compare():
            return _line(condition, fields)
        case Not(Compare() as part):
            return _negated(_line(part, fields))
        case Not(Not(_) as part):
            return Group("no:all", (_node(part, fields),))
    is_negated = isinstance(condition, Not)
    inner = condition.part if isinstance(condition, Not) else condition
    if (contained := _contained(inner)) is not None:
        found = Line(contained[0], "contains", contained[1])
        return _negated(found) if is_negated else found
    return group(condition, fields)


def _contained(condition: Condition) -> tuple[str, tuple[str, ...]] | None:
    """The field and values of "contains one of several", which is written as any of several comparisons."""
    if not isinstance(condition, Any) or len(condition.parts) < 2:  # noqa: PLR2004 - one is a comparison of its own
        return None
    compares = [part for part in condition.parts if isinstance(part, Compare)]
    names = {part.field for part in compares if part.operator is Operator.CONTAINS}
    values = [str(part.value) for part in compares]
    is_one = len(compares) == len(condition.parts) and len(names) == 1 and len(set(values)) == len(values)
    is_one = is_one and all(part.operator is Operator.CONTAINS for part in compares)
    return (names.pop(), tuple(values)) if is_one else None


def _line(compare: Compare, fields: Fields) -> Line:
    known = fields[compare.field]
    if known.type is FieldType.FLAG and compare.operator is Operator.EQUALS:
        return Line(compare.field, "yes" if compare.value else "no")
    key = str(compare.operator)
    if compare.value is None:
        return Line(compare.field, key)
    values = compare.value if isinstance(compare.value, tuple) else (compare.value,)
    if entry(known, key) is Entry.NAMES:
        labels = {str(value): label for value, label in known.choices.items()}
        return Line(compare.field, key, ("、".join(labels[str(value)] for value in values),))
    if entry(known, key) is Entry.TEXT:
        return Line(compare.field, key, ("、".join(map(str, values)),))
    return Line(
        compare.field,
        key,
        tuple(value.isoformat() if isinstance(value, date) else str(value) for value in values),
    )


def _negated(line: Line) -> Line:
    return Line(line.field, f"{NOT}{line.operator}", line.values)
