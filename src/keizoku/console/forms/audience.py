"""The form of a saved audience: its name, a note on the version, and the composed conditions."""

from dataclasses import dataclass, field

from django.http import QueryDict

from keizoku.campaigns.audiences import queries as audiences
from keizoku.campaigns.audiences.queries import VersionRow
from keizoku.campaigns.audiences.rules import problem_of_name
from keizoku.console.forms.composer import posting, reading
from keizoku.console.forms.composer.nodes import Group, Line, edited
from keizoku.console.forms.composer.writing import Written
from keizoku.console.forms.numbers import whole_number
from keizoku.kernel.conditions import All, Compare, Condition, Fields, Operator, parse
from keizoku.kernel.conditions.reading import MOST_DAYS
from keizoku.risk import confirmations

DAYS_BEFORE = 730


@dataclass(frozen=True, slots=True)
class AudienceForm:
    """As typed. A version of a known audience has no name of its own."""

    name: str = ""
    note: str = ""
    root: Group = field(default_factory=lambda: Group("all", (Line(),)))

    def problems(self, written: Written, *, names: bool) -> dict[str, str]:
        """Input → what is wrong with it and what to do."""
        problem = problem_of_name(self.name) if names else ""
        return {**({"name": problem} if problem else {}), **written.errors}


def read(posted: QueryDict) -> AudienceForm:
    """What was posted, after the button that was pressed."""
    root = edited(posting.read(posted), posted.get("do", ""))
    return AudienceForm(posted.get("name", "").strip(), posted.get("note", "").strip(), root)


def of_version(version: VersionRow, fields: Fields) -> AudienceForm:
    """The form that would save this version again."""
    return AudienceForm(version.name, "", reading.group(parse(version.condition, fields), fields))


def initial(query: QueryDict, fields: Fields) -> AudienceForm:
    """A new audience: a copy of a version, or what the page that led here asks for."""
    copied = whole_number(query.get("from", ""))
    if copied is not None:
        version = audiences.version(copied)
        copy = of_version(version, fields)
        return AudienceForm(f"{version.name}の写し"[:60], "", copy.root)
    parts = _asked(query)
    if not parts:
        return AudienceForm()
    return AudienceForm(root=reading.group(All(tuple(parts)), fields))


def _asked(query: QueryDict) -> list[Condition]:
    parts: list[Condition] = []
    days = whole_number(query.get("within_days", ""))
    if days is not None and days <= MOST_DAYS:
        parts.append(Compare("due_on", Operator.WITHIN_DAYS, days))
    stale = query.get("stale", "")
    if stale in confirmations.VALUES:
        told = whole_number(query.get("stale_days", ""))
        parts.append(confirmations.stale(stale, DAYS_BEFORE if told is None else min(told, MOST_DAYS)))
    return parts
