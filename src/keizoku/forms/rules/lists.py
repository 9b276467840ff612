"""Judges a posted list, row by row: people with their parts, or who holds how much of a corporation.

A row is posted as ``<row>.<part>``, rows from 1 on; a row of which nothing was typed is none. An error stands under the
same name, or under ``answer`` for the whole list.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

from keizoku.forms.rules import evaluation, ownership
from keizoku.forms.rules.definition import Given, Kind, Question
from keizoku.forms.rules.evaluation import INDIVIDUAL_NUMBER, Judged, Posted, clean, tainted_by
from keizoku.forms.rules.listing import write_rows
from keizoku.forms.rules.owners import OwnershipImpossible, refuse_impossible
from keizoku.forms.rules.ownership import US, HolderKind

NAME_LENGTH: Final = 100
_MOST_DECIMALS: Final = 4
NOBODY: Final = "1人以上、入力してください。"
NAME_MISSING: Final = "氏名または名称を入力してください。"
NAME_LONG: Final = f"{NAME_LENGTH}文字までで入力してください。"
HOLDER_MISSING: Final = "個人・法人などの別を選んでください。"
COMPANY_WRONG: Final = (
    "どの法人の議決権かを選んでください。選べるのは、この法人か、一覧に書いたほかの法人です。"
)
PERCENT_WRONG: Final = "議決権の割合を、0より大きく100までの数で入力してください（例: 33.3）。"
IMPOSSIBLE: Final[Mapping[str, str]] = {
    "more_than_all": "同じ法人の議決権の合計が100%をこえています。割合をお確かめください。",
    "circle": "法人どうしが、たがいに議決権を持つ形になっています。入力をお確かめください。",
}


@dataclass(frozen=True, slots=True)
class SoFar:
    """An ownership while it is typed: its whole rows as they would be stored, how many rows are not whole yet, and what
    is wrong with the whole ones together.
    """

    answer: str = field(default="", repr=False)
    unfinished: int = 0
    fault: str = ""


def judge_list(question: Question, posted: Posted) -> Judged:
    """The rows that were typed, as one answer; or errors by row and part."""
    typed = typed_rows(question, posted)
    shown = {f"{number}.{name}": value for number, row in typed.items() for name, value in row.items()}
    if tainted := tainted_by(shown):
        kept = {name: value for name, value in shown.items() if name not in tainted}
        return Judged(None, dict.fromkeys(tainted, INDIVIDUAL_NUMBER), kept)
    if not typed:
        return Judged(None, {"answer": NOBODY}) if question.is_required else Judged(Given())
    if question.kind is Kind.OWNERSHIP:
        return _ownership(question, typed, shown)
    return _people(question, typed, shown)


def ownership_so_far(question: Question, posted: Posted) -> SoFar:
    """What of an ownership can be understood already. A row that names the votes of an unfinished row waits with it."""
    typed = typed_rows(question, posted)
    if tainted_by(
        {f"{number}.{name}": value for number, row in typed.items() for name, value in row.items()}
    ):
        return SoFar(fault=INDIVIDUAL_NUMBER)
    whole = typed
    while wrong := [number for number, row in whole.items() if _row_errors(row, whole)]:
        whole = {number: row for number, row in whole.items() if number not in wrong}
    unfinished = len(typed) - len(whole)
    if not whole:
        return SoFar(unfinished=unfinished)
    judged = _ownership(question, whole, {})
    if judged.given is None:
        return SoFar(unfinished=unfinished, fault=next(iter(judged.errors.values())))
    return SoFar(judged.given.values[question.target], unfinished)


def part_names(question: Question) -> tuple[str, ...]:
    """What is typed in each row."""
    return ownership.FIELDS if question.kind is Kind.OWNERSHIP else tuple(part.id for part in question.parts)


def typed_rows(question: Question, posted: Posted) -> dict[int, dict[str, str]]:
    """Row → part → as typed, of rows that are not empty; choices that stand there beforehand make no row."""
    assert question.most is not None
    found: dict[int, dict[str, str]] = {}
    for number in range(1, question.most + 1):
        row = {name: clean(posted.get(f"{number}.{name}", ())) for name in part_names(question)}
        chosen_beforehand = {"company", "holder"} if question.kind is Kind.OWNERSHIP else set()
        if any(value for name, value in row.items() if name not in chosen_beforehand):
            found[number] = row
    return found


def _people(question: Question, typed: Mapping[int, Mapping[str, str]], shown: Mapping[str, str]) -> Judged:
    errors: dict[str, str] = {}
    found: list[dict[str, str]] = []
    for number, row in typed.items():
        accepted: dict[str, str] = {}
        for part in question.parts:
            judged = evaluation.judge_one(part, {"answer": [row[part.id]]}, has_known=False)
            if judged.given is None:
                errors[f"{number}.{part.id}"] = next(iter(judged.errors.values()))
            else:
                accepted |= judged.given.values
        found.append(accepted)
    if errors:
        return Judged(None, errors, shown)
    return Judged(Given(values={question.target: write_rows(found)}))


def _ownership(
    question: Question, typed: Mapping[int, Mapping[str, str]], shown: Mapping[str, str]
) -> Judged:
    """Rows keep their places: one may name another by its number, so that a row left empty between closes up."""
    places = {str(number): str(place) for place, number in enumerate(typed, start=1)}
    errors: dict[str, str] = {}
    found: list[dict[str, str]] = []
    for number, row in typed.items():
        wrong = {f"{number}.{name}": words for name, words in _row_errors(row, typed).items()}
        errors |= wrong
        if not wrong:
            company = US if row["company"] == US else places[row["company"]]
            found.append({**row, "company": company, "percent": str(_percent(row["percent"]))})
    if errors:
        return Judged(None, errors, shown)
    try:
        refuse_impossible(ownership.holdings_of(found))
    except OwnershipImpossible as fault:
        number = list(typed)[fault.place]
        return Judged(None, {f"{number}.percent": IMPOSSIBLE[fault.reason]}, shown)
    return Judged(Given(values={question.target: write_rows(found)}))


def _row_errors(row: Mapping[str, str], typed: Mapping[int, Mapping[str, str]]) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not row["name"] or len(row["name"]) > NAME_LENGTH:
        errors["name"] = NAME_LONG if row["name"] else NAME_MISSING
    if row["holder"] not in set(HolderKind):
        errors["holder"] = HOLDER_MISSING
    named = typed.get(int(row["company"])) if row["company"] in {str(number) for number in typed} else None
    if row["company"] != US and (named is None or named["holder"] != HolderKind.CORPORATION):
        errors["company"] = COMPANY_WRONG
    if _percent(row["percent"]) is None:
        errors["percent"] = PERCENT_WRONG
    return errors


def _percent(typed: str) -> Decimal | None:
    plain = unicodedata.normalize("NFKC", typed).replace("%", "").replace("％", "").strip()
    try:
        percent = Decimal(plain)
    except InvalidOperation:
        return None
    if not percent.is_finite() or not 0 < percent <= 100:  # noqa: PLR2004 - per cent
        return None
    exponent = percent.as_tuple().exponent
    return percent if isinstance(exponent, int) and -exponent <= _MOST_DECIMALS else None
