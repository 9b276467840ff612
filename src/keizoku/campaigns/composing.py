"""A whole campaign from what its maker chose: an audience's conditions and, course by course, a journey's version, copied.

Console, command line and API come through here, so that whatever they make has the hours and paces of its journeys.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from keizoku.accounts.models import Staff
from keizoku.campaigns import actions, defaults
from keizoku.campaigns.audiences import queries as audiences
from keizoku.campaigns.errors import CampaignRefused
from keizoku.campaigns.journeys import queries as journeys
from keizoku.campaigns.journeys.models import Course
from keizoku.campaigns.journeys.reading import problems
from keizoku.campaigns.rules import EVERYBODY, CoursePlan
from keizoku.kernel.conditions.reading import Json


@dataclass(frozen=True, slots=True)
class CourseChoice:
    """A class of customers, the journey's version it gets and what it is asked; the last one has no condition."""

    name: str
    journey_version_id: int
    condition: Json | None = None
    identity_method: str = "knowledge"
    questionnaire: str = ""


@dataclass(frozen=True, slots=True)
class Composition:
    """Everything that a campaign's maker decides."""

    name: str
    audience: Json
    courses: Sequence[CourseChoice]
    answer_days: int
    audience_version_id: int | None = None


@transaction.atomic
def draft(composition: Composition, staff: Staff) -> int:
    """Make the draft; returns the campaign's id. Refusals are those of ``actions.draft``, and of journeys put away."""
    return actions.draft(
        name=composition.name,
        audience=composition.audience,
        steps=plans(composition.courses),
        answer_days=composition.answer_days,
        staff=staff,
        audience_version_id=composition.audience_version_id,
    )


@transaction.atomic
def edit(campaign_id: int, composition: Composition, staff: Staff) -> None:
    """Change a draft. Refusals are those of ``actions.edit``; a journey that it has already may have been put away since."""
    kept = Course.objects.filter(campaign_id=campaign_id).values_list("journey_version_id", flat=True)
    actions.edit(
        campaign_id,
        name=composition.name,
        audience=composition.audience,
        steps=plans(composition.courses, kept=frozenset(filter(None, kept))),
        answer_days=composition.answer_days,
        staff=staff,
        audience_version_id=composition.audience_version_id,
    )


def plans(choices: Sequence[CourseChoice], kept: frozenset[int] = frozenset()) -> list[CoursePlan]:
    """The courses with their journeys' steps. Raises ``CampaignRefused`` for a version that may not be chosen."""
    return [_plan(choice, kept) for choice in choices]


def _plan(choice: CourseChoice, kept: frozenset[int]) -> CoursePlan:
    version = journeys.find(choice.journey_version_id)
    if version is None or (version.is_archived and version.id not in kept):
        raise CampaignRefused(
            f"コース「{choice.name}」の連絡手順は、いまは選べません。",
            remedy="一覧にある連絡手順を選んでください。",
            code="campaigns.journey_gone",
        )
    plan = journeys.course(version, choice.name, choice.condition, choice.identity_method)
    return replace(plan, questionnaire=choice.questionnaire)


_CAMPAIGN = {"name": str, "audience": object, "answer_days": int, "courses": list}
_COURSE = {"name": str, "journey": str, "condition": dict, "identity_method": str, "questionnaire": str}


def read(content: Mapping[str, Any]) -> Composition:
    """A campaign as a file says it (TOML or JSON): a saved audience's name or a condition tree, journeys by their names.

    Raises:
        CampaignRefused: something is unknown, missing or of another type; all of it is named.
    """
    found = problems(content, _CAMPAIGN, ("name", "audience", "courses"))
    given = content.get("courses")
    for place, course in enumerate(given if isinstance(given, list) else (), start=1):
        wrong = (
            problems(course, _COURSE, ("journey",))
            if isinstance(course, Mapping)
            else ["項目の組ではありません"]
        )
        found += [f"courses の{place}番目: {words}" for words in wrong]
    if found:
        raise CampaignRefused(
            "。".join(found) + "。", remedy="ファイルを直して、もう一度読み込んでください。"
        )
    condition, version_id = _audience(content["audience"])
    return Composition(
        name=content["name"].strip(),
        audience=condition,
        courses=[
            _course(course, is_last=place == len(content["courses"]))
            for place, course in enumerate(content["courses"], start=1)
        ],
        answer_days=content.get("answer_days", defaults.ANSWER_DAYS),
        audience_version_id=version_id,
    )


def _audience(given: object) -> tuple[Json, int | None]:
    if isinstance(given, Mapping):
        return dict(given), None
    for row in audiences.listing():
        if row.latest.name == given:
            return row.latest.condition, row.latest.id
    raise CampaignRefused(
        f"「{given}」という対象は保存されていません。",
        remedy="対象の一覧にある名前か、条件の組を入れてください。",
        code="campaigns.audience_unknown",
    )


def _course(content: Mapping[str, Any], *, is_last: bool) -> CourseChoice:
    version = journeys.newest_named(content["journey"])
    if version is None:
        raise CampaignRefused(
            f"「{content['journey']}」という連絡手順はありません。",
            remedy="連絡手順の一覧にある名前を入れてください。",
            code="campaigns.journey_unknown",
        )
    condition = content.get("condition")
    name = content.get("name") or (EVERYBODY if is_last and condition is None else version.name)
    return CourseChoice(
        name,
        version.id,
        condition,
        content.get("identity_method", "knowledge"),
        content.get("questionnaire") or "",
    )
