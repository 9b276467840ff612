"""Questionnaires as tables and sentences: their versions, questions, steps, and what one version changes."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.urls import reverse

from keizoku.forms.queries import EditionRow, StepRow
from keizoku.forms.rules.comparing import WHAT_WORDS, Change
from keizoku.forms.rules.definition import Questionnaire
from keizoku.forms.rules.states import State
from keizoku.forms.rules.wording import LANGUAGES, notices
from keizoku.kernel.text.sentences import Composed, Given
from keizoku.reviews.queries.choices import Chosen
from keizoku.ui.components.display import Column, Row, Tone, badge_cell
from keizoku.ui.formats import datetime_jst, people
from keizoku.ui.speaking import listed, plainly, word

COLUMNS: Final = (
    Column("質問票"),
    Column("状態"),
    Column("版"),
    Column("システムで使う名前"),
    Column("書いた人"),
    Column("承認した人"),
    Column("いまの状態になった日時"),
)
CHANGE_COLUMNS: Final = (Column("何を"), Column("どこ"), Column("前"), Column("後"))
CHOSEN_COLUMNS: Final = (Column("質問"), Column("答え"), Column("お客さま", is_number=True))
TONES: Final[Mapping[State, Tone]] = {
    State.DRAFT: "progress",
    State.REQUESTED: "attention",
    State.ACTIVE: "good",
    State.RETIRED: "neutral",
    State.WITHDRAWN: "neutral",
}
STEP_WORDS: Final = {
    "begun": "使用中の版から作り始めた",
    "file": "ファイルから作った",
    "installed": "準備のときに入れた",
    "undone": "前の時点に戻した",
    "added": "質問を足した",
    "changed": "質問を変えた",
    "moved": "質問の順番を変えた",
    "removed": "質問をなくした",
    "titled": "題名を変えた",
}


def rows(found: Sequence[EditionRow], names: Mapping[str, str]) -> list[Row]:
    return [
        Row(
            (
                one.title,
                badge_cell(one.state_words, TONES[one.state]),
                plainly(f"第{one.version}版"),
                one.questionnaire,
                listed(names[maker] for maker in one.makers),
                names.get(one.approved_by, "—"),
                datetime_jst(one.state_since),
            ),
            url=reverse("console-questionnaire", args=[one.id]),
        )
        for one in found
    ]


def change_rows(changes: Sequence[Change]) -> list[Row]:
    return [
        Row(
            (
                plainly(WHAT_WORDS[one.what]),
                plainly(one.place),
                word(one.old or "（なし）"),
                word(one.new or "（なくす）"),
            )
        )
        for one in changes
    ]


def chosen_rows(found: Sequence[Chosen]) -> list[Row]:
    """A row for each choice that somebody made."""
    return [Row((one.title, label, people(count))) for one in found for label, count in one.counts if count]


def step_lines(steps: Sequence[StepRow], names: Mapping[str, str]) -> list[tuple[int, str, str]]:
    """(number, when, who did what) of each step, the newest first."""
    return [
        (
            step.number,
            datetime_jst(step.made_at),
            f"{names[step.made_by]}　{plainly(STEP_WORDS.get(step.what, step.what))}",
        )
        for step in steps
    ]


def notice_lines(questionnaire: Questionnaire) -> list[tuple[str, list[str]]]:
    """(language, what its author should know) of each language that has something to tell."""
    found: dict[str, list[str]] = {}
    for notice in notices(questionnaire):
        found.setdefault(LANGUAGES[notice.language], []).append(
            Composed("{0}：{1}", Given(notice.place), notice.words)
        )
    return list(found.items())
