"""From the tree as typed to the condition, with what is wrong at each place. Pure."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from keizoku.console.forms.composer.nodes import Group, Line, Node, Path, name_of
from keizoku.console.forms.composer.operators import NOT, Entry, entry, is_known, offered
from keizoku.console.forms.numbers import whole_number
from keizoku.kernel.conditions import All, Any, Compare, Condition, Field, Fields, Not, Operator
from keizoku.kernel.conditions.reading import LARGEST_NUMBER, MOST_DAYS
from keizoku.kernel.text.era import read_date
from keizoku.kernel.text.sentences import Composed

LONGEST_TEXT: Final = 200
_BETWEEN: Final = re.compile(r"[、,;\s]+")


class Wrong(Exception):
    """What is wrong with a value, in Japanese, and what to do."""


@dataclass(frozen=True, slots=True)
class Written:
    """The condition of all that can be read; ``errors``: name of the input → what is wrong there."""

    condition: Condition
    errors: Mapping[str, str] = field(default_factory=dict[str, str])


def written(root: Group, fields: Fields) -> Written:
    """The condition; lines with a fault are left out of it and named in ``errors``."""
    errors: dict[str, str] = {}
    condition = _group(root, (), fields, errors)
    return Written(All(()) if condition is None else condition, errors)


def _node(node: Node, path: Path, fields: Fields, errors: dict[str, str]) -> Condition | None:
    if isinstance(node, Group):
        return _group(node, path, fields, errors)
    name = name_of(path)
    known = fields.get(node.field)
    if known is None:
        errors[f"{name}_field"] = "項目を選んでください。いらない条件は「外す」で外せます。"
        return None
    # Without an operator the first is shown as chosen, so it is what was meant.
    operator = node.operator or offered(known)[0][0]
    if not is_known(known, operator):
        errors[f"{name}_operator"] = f"「{known.label}」の比べ方を選んでください。"
        return None
    try:
        return line(known, replace(node, operator=operator))
    except Wrong as wrong:
        errors[f"{name}_value"] = Composed("「{0}」：{1}", known.label, str(wrong))
        return None


def _group(group: Group, path: Path, fields: Fields, errors: dict[str, str]) -> Condition | None:
    parts = [_node(part, (*path, place), fields, errors) for place, part in enumerate(group.parts)]
    read = tuple(part for part in parts if part is not None)
    if not group.parts and path:
        errors[f"{name_of(path)}_word"] = (
            "まとまりの中に条件がありません。条件を足すか、まとまりを外してください。"
        )
    if not read:
        return None if path or group.parts else All(())
    inner = All(read) if group.word.endswith("all") else Any(read)
    return Not(inner) if group.word.startswith(NOT) else inner


def line(known: Field, typed: Line) -> Condition:
    """The condition of one line whose field and operator are known.

    Raises:
        Wrong: its value cannot be read.
    """
    plain = typed.operator.removeprefix(NOT)
    found = _compared(known, plain, typed.values)
    return Not(found) if typed.operator.startswith(NOT) else found


def _compared(known: Field, plain: str, values: tuple[str, ...]) -> Condition:
    if plain in {"yes", "no"}:
        return Compare(known.name, Operator.EQUALS, plain == "yes")
    operator = Operator(plain)
    kind = entry(known, plain)
    if kind is Entry.NOTHING:
        return Compare(known.name, operator)
    read = _READERS[kind](known, values)
    if operator is Operator.CONTAINS:
        each = tuple(Compare(known.name, operator, value) for value in read)
        return each[0] if len(each) == 1 else Any(each)
    if operator in {Operator.ONE_OF, Operator.ANY_OF}:
        return Compare(known.name, operator, read)  # type: ignore[arg-type] # all of the field's one type
    if len(read) > 1:
        raise Wrong("この比べ方で選べる値は1つです。1つだけ選んでください。")
    return Compare(known.name, operator, read[0])


Read = tuple[str | int | date, ...]


def _boxes(known: Field, values: tuple[str, ...]) -> Read:
    by_text = {str(value): value for value in known.choices}
    chosen = tuple(dict.fromkeys(by_text[value] for value in values if value in by_text))
    if not chosen:
        raise Wrong(f"「{known.label}」の値を1つ以上選んでください。")
    return chosen


def _names(known: Field, values: tuple[str, ...]) -> Read:
    by_name: dict[str, str | int] = {}
    for value, label in known.choices.items():
        by_name |= {_folded(label): value, _folded(str(value)): value}
    typed = _several((_with_codes(known, "、".join(values)),))
    unknown = [name for name in typed if _folded(name) not in by_name]
    if unknown:
        raise Wrong(
            f"「{'」「'.join(unknown[:5])}」が見つかりません。名前かコードを「、」で区切って入力してください（例：{_example(known)}）。"
        )
    if not typed:
        raise Wrong(f"「{known.label}」を1つ以上入力してください（例：{_example(known)}）。")
    return tuple(dict.fromkeys(by_name[_folded(name)] for name in typed))


def _with_codes(known: Field, text: str) -> str:
    """Names that hold the separator themselves (ボネール、シント・ユースタティウス及びサバ) by their codes."""
    for value, label in known.choices.items():
        if _BETWEEN.search(label):
            text = text.replace(label, str(value))
    return text


def _texts(known: Field, values: tuple[str, ...]) -> Read:
    typed = _several(values)
    if not typed or any(len(text) > LONGEST_TEXT for text in typed):
        raise Wrong(f"「{known.label}」の値を入力してください。2つ以上は「、」で区切ります（例：001、002）。")
    return tuple(dict.fromkeys(typed))


def _number(known: Field, values: tuple[str, ...]) -> Read:
    typed = unicodedata.normalize("NFKC", _first(values)).strip()
    unsigned = typed.removeprefix("-")
    number = whole_number(unsigned)
    if number is None or number > LARGEST_NUMBER:
        raise Wrong(f"「{known.label}」を数字で入力してください（例：{_EXAMPLES.get(known.name, '2')}）。")
    return (number if unsigned == typed else -number,)


def _days(_known: Field, values: tuple[str, ...]) -> Read:
    days = whole_number(_first(values))
    if days is None or days > MOST_DAYS:
        raise Wrong(f"日数を0から{MOST_DAYS:,}までの数字で入力してください（例：30）。")
    return (days,)


def _date(known: Field, values: tuple[str, ...]) -> Read:
    found = read_date(_first(values))
    if not isinstance(found, date):
        raise Wrong(f"「{known.label}」の日付を入力してください（例：2026-04-01、令和8年4月1日）。")
    return (found,)


_READERS: Final[Mapping[Entry, Callable[[Field, tuple[str, ...]], Read]]] = {
    Entry.BOXES: _boxes,
    Entry.NAMES: _names,
    Entry.TEXT: _texts,
    Entry.NUMBER: _number,
    Entry.DAYS: _days,
    Entry.DATE: _date,
}
_EXAMPLES: Final = {"birth_year": "1956", "birth_month": "4", "points": "50"}


def _first(values: tuple[str, ...]) -> str:
    return values[0] if values else ""


def _several(values: tuple[str, ...]) -> list[str]:
    """Texts between 、 , or spaces, in the order typed; full-width digits and letters are those of the record."""
    typed = unicodedata.normalize("NFKC", "、".join(values))
    return [text for text in _BETWEEN.split(typed) if text]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _example(known: Field) -> str:
    return "、".join(list(known.choices.values())[:2])
