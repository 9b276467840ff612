"""What the courses of a campaign ask: a chosen questionnaire, or what each kind of customer is asked.

The name is kept with the course; the approval's digest holds the version that was in use at the request, so that what is
approved are the questions that were read. A review that begins later asks the version in use then.
"""

from collections.abc import Sequence
from typing import Final

from keizoku.campaigns.rules import CoursePlan
from keizoku.forms import queries as forms
from keizoku.kernel.text.sentences import Composed, Given

BY_KIND: Final = "お客さまの区分ごとの質問票"


def problems(courses: Sequence[CoursePlan]) -> list[str]:
    """A course cannot ask what is not in use."""
    offered = dict(forms.choosable()) if any(course.questionnaire for course in courses) else {}
    return [
        f"コース「{course.name}」の質問票「{course.questionnaire}」は、いま使用中ではありません。"
        for course in courses
        if course.questionnaire and course.questionnaire not in offered
    ]


def digests(courses: Sequence[CoursePlan]) -> list[str]:
    """Of the chosen questionnaires' versions in use, course by course; empty where one has gone out of use."""
    chosen = [course.questionnaire for course in courses if course.questionnaire]
    in_use = {name: forms.in_use(name) for name in set(chosen)}
    return [found.questionnaire.digest if (found := in_use[name]) else "" for name in chosen]


def words(courses: Sequence[CoursePlan]) -> dict[str, str]:
    """Name of each questionnaire that the courses ask → its title and version as people read them."""
    told = {"": BY_KIND}
    for name in {course.questionnaire for course in courses} - {""}:
        found = forms.in_use(name)
        told[name] = (
            Composed("「{0}」第{1}版", Given(found.questionnaire.title), found.questionnaire.version)
            if found
            else Composed("「{0}」（使用を終えた質問票）", Given(name))
        )
    return told
