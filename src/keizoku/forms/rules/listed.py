"""Questions that are lists, as a page shows them: rows of fields, one row more, and the tree of an ownership. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from keizoku.forms.rules import lists
from keizoku.forms.rules.country_options import COUNTRY_OPTIONS
from keizoku.forms.rules.definition import Kind, Question
from keizoku.forms.rules.evaluation import Posted
from keizoku.forms.rules.listing import rows
from keizoku.forms.rules.lists import SoFar
from keizoku.forms.rules.ownership import (
    HOLDER_WORDS,
    US,
    Node,
    Ownership,
    percent_words,
    read_ownership,
    summary_words,
)

FIRST_ROWS: Final = {Kind.PEOPLE: 1, Kind.OWNERSHIP: 2}
_LEGENDS: Final = {Kind.PEOPLE: "{}人目", Kind.OWNERSHIP: "{}番目"}


@dataclass(frozen=True, slots=True)
class CellShown:
    """One field of a row; ``options`` make it a choice."""

    name: str
    label: str
    value: str = field(repr=False)
    options: Sequence[tuple[str, str]] = ()
    example: str = ""
    inputmode: str = ""
    suffix: str = ""
    width: str = ""
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class RowShown:
    legend: str
    cells: tuple[CellShown, ...]


@dataclass(frozen=True, slots=True)
class HolderShown:
    """One holder in the tree, in words."""

    name: str
    kind: str
    percent: str
    total: str
    is_unexplained: bool
    children: tuple["HolderShown", ...]


def posted_rows(post: Mapping[str, Sequence[str]], question: Question) -> dict[str, Sequence[str]]:
    """The posted fields of all rows under the names that the judge knows."""
    assert question.most is not None
    return {
        f"{number}.{part}": post.get(f"answer_{question.id}_{number}_{part}", ())
        for number in range(1, question.most + 1)
        for part in lists.part_names(question)
    }


def typed(posted: Posted) -> dict[str, str]:
    """What was typed, to be shown again."""
    return {name: values[0] for name, values in posted.items() if values}


def kept(answer: str, names: Sequence[str] = ()) -> dict[str, str]:
    """A stored answer as it was typed; ``names`` fill a list that is still empty."""
    found: Sequence[Mapping[str, str]] = rows(answer) or [{"name": name} for name in names]
    return {f"{number}.{part}": value for number, row in enumerate(found, 1) for part, value in row.items()}


def rows_shown(question: Question, cells: Mapping[str, str], *, one_more: bool = False) -> list[RowShown]:
    """The rows that were typed, as many as the page begins with, and one more where it was asked for."""
    assert question.most is not None
    used = max((int(name.partition(".")[0]) for name, value in cells.items() if value), default=0)
    count = min(max(used + one_more, FIRST_ROWS[question.kind]), question.most)
    return [_row(question, number, count, cells) for number in range(1, count + 1)]


def drawn(question: Question, posted: Posted) -> dict[str, Any]:
    """The tree of the rows that can be understood, its owners, and one line of words; no tree while none can."""
    so_far = lists.ownership_so_far(question, posted)
    shown: dict[str, Any] = {"ownership_words": _words(so_far)}
    if so_far.answer:
        found = read_ownership(so_far.answer)
        shown |= {"tree": tuple(map(_holder, found.tree)), "owners": owner_words(found)}
    return shown


def context(
    question: Question, cells: Mapping[str, str], posted: Posted, *, one_more: bool = False
) -> dict[str, Any]:
    """What the template of a list shows; ``posted`` is what its tree is drawn of."""
    found = rows_shown(question, cells, one_more=one_more)
    shown: dict[str, Any] = {"rows": found, "may_add": len(found) < (question.most or 0)}
    return {**shown, **drawn(question, posted)} if question.kind is Kind.OWNERSHIP else shown


def owner_words(ownership: Ownership) -> list[str]:
    return [f"{owner.person}（{percent_words(owner.percent)}）" for owner in ownership.owners]


def _words(so_far: SoFar) -> str:
    """How many are found so far, what cannot be, and what is not whole yet."""
    waiting = f"（書きかけの行：{so_far.unfinished}つ）" if so_far.unfinished else ""
    if so_far.fault or not so_far.answer:
        return so_far.fault + waiting
    return summary_words(read_ownership(so_far.answer)) + waiting


def _row(question: Question, number: int, count: int, cells: Mapping[str, str]) -> RowShown:
    def cell(part: str, label: str, **more: object) -> CellShown:
        name = f"answer_{question.id}_{number}_{part}"
        return CellShown(name, label, cells.get(f"{number}.{part}", ""), **more)  # type: ignore[arg-type]

    if question.kind is Kind.OWNERSHIP:
        companies = [(US, "この法人")]
        companies += [(str(each), f"{each}番目の法人") for each in range(1, count + 1) if each != number]
        shown: tuple[CellShown, ...] = (
            cell("name", "氏名・名称"),
            cell("holder", "個人・法人の別", options=[("", "選んでください"), *HOLDER_WORDS.items()]),
            cell("company", "どの法人の議決権か", options=companies),
            cell("percent", "議決権の割合", inputmode="decimal", suffix="%", width="8", example="33.3"),
        )
    else:
        shown = tuple(cell(part.id, part.title, **_way_of(part)) for part in question.parts)
    return RowShown(_LEGENDS[question.kind].format(number), shown)


def _way_of(part: Question) -> dict[str, object]:
    """How a part of a list is typed."""
    more: dict[str, object] = {"is_required": part.is_required}
    match part.kind:
        case Kind.COUNTRY:
            more["options"] = [("", "選んでください"), *COUNTRY_OPTIONS]
        case Kind.SINGLE_CHOICE:
            offered = [(choice.value, choice.label) for choice in part.choices]
            more["options"] = [("", "選んでください"), *offered]
        case Kind.DATE:
            more |= {"example": "昭和26年4月8日", "width": "20"}
        case Kind.PHONE:
            more |= {"example": "090-1234-5678", "inputmode": "tel", "width": "13"}
        case Kind.NUMBER:
            more |= {"inputmode": "numeric", "width": "13"}
    return more


def _holder(node: Node) -> HolderShown:
    return HolderShown(
        name=node.name,
        kind=HOLDER_WORDS[node.kind],
        percent=percent_words(node.percent),
        total="" if node.total is None else percent_words(node.total),
        is_unexplained=node.is_unexplained,
        children=tuple(map(_holder, node.children)),
    )
