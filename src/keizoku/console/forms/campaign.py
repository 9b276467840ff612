"""The campaign's form: its name, a saved audience, one or more courses with a journey each, the days to answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from django.http import QueryDict

from keizoku.campaigns import defaults
from keizoku.campaigns.audiences.queries import AudienceRow
from keizoku.campaigns.composing import Composition, CourseChoice
from keizoku.campaigns.queries import CampaignView
from keizoku.campaigns.rules import EVERYBODY, IDENTITY_METHODS, LONGEST_ANSWER_DAYS, MOST_COURSES
from keizoku.console.forms import rows
from keizoku.console.forms.numbers import whole_number
from keizoku.console.forms.who import Who
from keizoku.kernel.conditions.reading import Json

KEPT: Final = "kept"
# What a ready audience is asked, unless its maker chooses otherwise.
ASKED_OF_READY: Final = {"residence_90": "residence_period"}
METHODS: Final = tuple(IDENTITY_METHODS.items())


@dataclass(frozen=True, slots=True)
class CourseForm:
    """One course as typed; the last one takes everybody else, whatever was chosen."""

    name: str = ""
    who: str = ""
    journey: str = ""
    method: str = "knowledge"
    questionnaire: str = ""


@dataclass(frozen=True, slots=True)
class CampaignForm:
    """As typed. ``audience`` is a saved version's number, or ``KEPT``: the conditions that the draft has."""

    name: str = ""
    audience: str = ""
    courses: tuple[CourseForm, ...] = (CourseForm(),)
    answer_days: str = str(defaults.ANSWER_DAYS)


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose: saved audiences, journeys' versions (number → name), questionnaires (name → title), whom a
    course may be for.

    ``kept`` is the draft's own audience, where it is none of the saved ones' newest versions.
    """

    audiences: Sequence[AudienceRow]
    journeys: Mapping[int, str]
    who: Who
    questionnaires: Mapping[str, str] = field(default_factory=dict)
    kept: Json | None = None
    kept_version: int | None = None

    def audience(self, chosen: str) -> tuple[Json, int | None] | None:
        """The conditions of a choice and the saved version they come from."""
        if chosen == KEPT and self.kept is not None:
            return self.kept, self.kept_version
        for row in self.audiences:
            if chosen == str(row.latest.id):
                return row.latest.condition, row.latest.id
        return None


def initial(query: QueryDict, choices: Choices) -> CampaignForm:
    """A new campaign's form; the page that led here names the audience, or how many days ahead its due dates lie."""
    audience = query.get("audience", "")
    for row in choices.audiences:
        if row.origin and row.origin == f"due_{query.get('due', '')}":
            audience = str(row.latest.id)
    origin = next((row.origin for row in choices.audiences if audience == str(row.latest.id)), "")
    asked = ASKED_OF_READY.get(origin, "")
    course = replace(_course(choices), questionnaire=asked if asked in choices.questionnaires else "")
    return CampaignForm(audience=audience if choices.audience(audience) else "", courses=(course,))


def read(posted: QueryDict) -> CampaignForm:
    courses = tuple(
        CourseForm(
            name=part.get("name", ""),
            who=part.get("who", ""),
            journey=part.get("journey", ""),
            method=part.get("method", "knowledge"),
            questionnaire=part.get("questionnaire", ""),
        )
        for part in rows.read(posted, "course")
    )
    return CampaignForm(
        name=posted.get("name", ""),
        audience=posted.get("audience", ""),
        courses=courses or (CourseForm(),),
        answer_days=posted.get("answer_days", str(defaults.ANSWER_DAYS)),
    )


def acted(form: CampaignForm, act: str, choices: Choices) -> CampaignForm | None:
    """The form after a button that only changes it ("add-course", "remove-1" …); None for any other."""
    if act == "add-course":
        return replace(form, courses=(_course(choices), *form.courses)[:MOST_COURSES])
    parts = rows.moved(list(form.courses), act)
    return None if parts is None else replace(form, courses=tuple(parts) or (_course(choices),))


def problems(form: CampaignForm, choices: Choices) -> dict[str, str]:
    """Field → what is wrong with it and what to do; the room's own rules check the whole again."""
    found = {}
    if not form.name.strip():
        found["name"] = "キャンペーンの名前を入力してください。"
    if choices.audience(form.audience) is None:
        found["audience"] = "だれに送るかを、保存した対象から選んでください。"
    found |= course_problems(form, choices)
    days = whole_number(form.answer_days)
    if not days or days > LONGEST_ANSWER_DAYS:
        found["answer_days"] = (
            f"回答の期限を、1から{LONGEST_ANSWER_DAYS}までの日数で入力してください（例：30）。"
        )
    return found


def course_problems(form: CampaignForm, choices: Choices) -> dict[str, str]:
    found = {}
    for place, course in enumerate(form.courses, start=1):
        if whole_number(course.journey) not in choices.journeys:
            found[f"course-{place}-journey"] = "連絡手順を選んでください。"
        if course.questionnaire and course.questionnaire not in choices.questionnaires:
            found[f"course-{place}-questionnaire"] = "使用中の質問票から選んでください。"
        is_last = place == len(form.courses)
        if not is_last and choices.who.condition(course.who) is None:
            found[f"course-{place}-who"] = "このコースがどのお客さまのためかを選んでください。"
    return found


def composition(form: CampaignForm, choices: Choices) -> Composition:
    """What is to be kept; call it once ``problems`` is empty."""
    chosen = choices.audience(form.audience)
    assert chosen is not None
    return Composition(
        name=form.name.strip(),
        audience=chosen[0],
        courses=course_choices(form, choices),
        answer_days=whole_number(form.answer_days) or 0,
        audience_version_id=chosen[1],
    )


def course_choices(form: CampaignForm, choices: Choices) -> list[CourseChoice]:
    told = []
    for place, course in enumerate(form.courses, start=1):
        is_last = place == len(form.courses)
        label = dict(choices.who.options()).get(course.who, "")
        told.append(
            CourseChoice(
                name=(course.name.strip() or (EVERYBODY if is_last else label))[:60],
                journey_version_id=whole_number(course.journey) or 0,
                condition=None if is_last else choices.who.condition(course.who),
                identity_method=course.method,
                questionnaire=course.questionnaire,
            )
        )
    return told


def of_campaign(view: CampaignView, choices: Choices) -> CampaignForm:
    """The form that a draft was, or could have been, made with."""
    audience = str(view.audience_version_id)
    return CampaignForm(
        name=view.row.name,
        audience=audience if choices.audience(audience) else KEPT,
        courses=tuple(
            CourseForm(
                name=course.name,
                who=choices.who.choice(course.condition),
                journey=str(course.journey_version_id or ""),
                method=course.identity_method,
                questionnaire=course.questionnaire,
            )
            for course in view.plans
        ),
        answer_days=str(view.answer_days),
    )


def _course(choices: Choices) -> CourseForm:
    return CourseForm(journey=str(next(iter(choices.journeys), "")))
