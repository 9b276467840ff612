"""From the TOML's parts to the table; whatever contradicts itself is refused with its place.

Refused: an unknown code, an interval that overlaps another of its method and statute, two methods of one preference, a row
called read whose source is not the authority's own page, a method that no file defines.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any, TypeVar

from keizoku.identity.methods.errors import TableInvalid
from keizoku.identity.methods.rules.codes import Channel, Evidence, Mark, Registration, Who
from keizoku.identity.methods.rules.table import Ended, Method, Practice, Row, Source, Statute, Table

Part = Mapping[str, Any]
Read = TypeVar("Read")


def read(methods: Part, statutes: Mapping[str, Part], practice: Part) -> Table:
    """The table of the parsed files; ``statutes`` by file name.

    Raises:
        TableInvalid: names the file and the part that is wrong.
    """
    table = Table(
        tuple(_placed("methods", one, _method) for one in methods.get("method", [])),
        tuple(_placed(name, part, _statute) for name, part in sorted(statutes.items())),
        tuple(_placed("practice", one, _practice) for one in practice.get("practice", [])),
    )
    _refuse_twins(table)
    known = {method.id for method in table.methods}
    for statute in table.statutes:
        named = [row.method for row in statute.rows] + [one.method for one in statute.ended]
        _refuse_unknown(statute.id, named, known)
        for method in sorted(known):
            _refuse_overlap(statute, method)
    for practice_row in table.practices:
        _refuse_unknown("practice", practice_row.methods, known)
    return table


def _placed(place: str, part: Part, make: Callable[[Part], Read]) -> Read:
    """What a part says, or where it says something wrong."""
    name = part.get("id") or part.get("method") or part.get("use") or ""
    where = f"{place} {name}".strip()
    try:
        return make(part)
    except KeyError as lacking:
        raise TableInvalid(where, f"{lacking.args[0]}がありません。") from None
    except (ValueError, TypeError) as wrong:
        raise TableInvalid(where, str(wrong)) from None


def _method(part: Part) -> Method:
    return Method(
        id=part["id"],
        name=part["name"],
        channel=Channel(part["channel"]),
        preference=int(part["preference"]),
        starts_on=bool(part["starts_on"]),
        least_age=part.get("least_age"),
    )


def _statute(part: Part) -> Statute:
    sources = {name: _source(one) for name, one in part.get("sources", {}).items()}
    statute = part["statute"]
    return Statute(
        id=statute,
        name=part["name"],
        article=part["article"],
        edition=int(part["edition"]),
        covers_from=_day(part["covers_from"]),
        primary=part["primary"],
        keeping=part["keeping"],
        note=part["note"],
        rows=tuple(
            _placed(statute, one, lambda row: _row(statute, row, sources)) for one in part.get("row", [])
        ),
        ended=tuple(
            _placed(statute, one, lambda end: Ended(end["method"], _day(end["on"]), sources[end["source"]]))
            for one in part.get("ended", [])
        ),
    )


def _row(statute: str, part: Part, sources: Mapping[str, Source]) -> Row:
    source, is_read = sources[part["source"]], bool(part.get("confirmed", False))
    if is_read and source.mark is not Mark.PRIMARY:
        raise ValueError("一次の条文を読んでいない行は、確認済み（confirmed）にできません。")
    if not part["who"] or not part["evidence"] or not all(part["evidence"]):
        raise ValueError("対象の方（who）と証拠（evidence）を書いてください。")
    valid_from, until = _day(part["from"]), _day(part["until"]) if "until" in part else None
    if until is not None and until < valid_from:
        raise ValueError("終わりの日が始まりの日より前です。")
    return Row(
        statute=statute,
        method=part["method"],
        letter=part["letter"],
        published=tuple(part.get("published", [])),
        valid_from=valid_from,
        until=until,
        who=tuple(Who(one) for one in part["who"]),
        evidence=tuple(tuple(Evidence(one) for one in group) for group in part["evidence"]),
        requires=tuple(Registration(one) for one in part.get("requires", [])),
        is_limited=bool(part.get("limited", False)),
        is_read=is_read,
        source=source,
        ended_by=sources[part["ended_by"]] if "ended_by" in part else None,
        note=part.get("note", ""),
    )


def _practice(part: Part) -> Practice:
    source = Source(part["source"], "", Mark(part["mark"]))
    return Practice(part["use"], part["name"], tuple(part["methods"]), part["words"], source)


def _source(part: Part) -> Source:
    return Source(part["title"], part["url"], Mark(part["mark"]))


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise TypeError(f"「{value}」は日付ではありません。")
    return value


def _refuse_twins(table: Table) -> None:
    for place, values in (
        ("methods id", [one.id for one in table.methods]),
        ("methods preference", [one.preference for one in table.methods]),
        ("statute", [one.id for one in table.statutes]),
        ("practice use", [one.use for one in table.practices]),
    ):
        if len(set(values)) != len(values):
            raise TableInvalid(place, "同じものが2つあります。")


def _refuse_unknown(place: str, named: Iterable[str], known: set[str]) -> None:
    for method in named:
        if method not in known:
            raise TableInvalid(f"{place} {method}", "この名前の方法がmethods.tomlにありません。")


def _refuse_overlap(statute: Statute, method: str) -> None:
    rows = statute.rows_of(method)
    for before, after in pairwise(rows):
        if before.until is None or before.until >= after.valid_from:
            raise TableInvalid(f"{statute.id} {method}", f"期間が重なっています（{after.valid_from}）。")
