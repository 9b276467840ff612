"""Attributes as tables and sentences: their versions, what one changes, where one is used, how many hold a value."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.urls import reverse

from keizoku.campaigns.asking import asking_about
from keizoku.customers.attributes import queries
from keizoku.customers.attributes.queries import AttributeRow
from keizoku.customers.attributes.rules.comparing import Change
from keizoku.customers.attributes.rules.definition import TYPE_WORDS, State
from keizoku.forms import queries as questionnaires
from keizoku.risk import queries as risk
from keizoku.risk.errors import NoActiveScorecard
from keizoku.ui.components.display import Column, Row, Tone, badge_cell
from keizoku.ui.formats import datetime_jst, people
from keizoku.ui.speaking import plainly, word

COLUMNS: Final = (
    Column("項目"),
    Column("状態"),
    Column("版"),
    Column("種類"),
    Column("システムで使う名前"),
    Column("作った人"),
    Column("承認した人"),
    Column("承認の日時"),
)
CHANGE_COLUMNS: Final = (Column("何が"), Column("前"), Column("後"))
TONES: Final[Mapping[State, Tone]] = {
    State.DRAFT: "attention",
    State.ACTIVE: "good",
    State.RETIRED: "neutral",
    State.REPLACED: "neutral",
    State.WITHDRAWN: "neutral",
}


def rows(found: Sequence[AttributeRow], names: Mapping[str, str]) -> list[Row]:
    return [
        Row(
            (
                one.definition.label,
                badge_cell(one.state_words, TONES[one.state]),
                plainly(f"第{one.version}版"),
                plainly(TYPE_WORDS[one.definition.type]),
                one.definition.name,
                names[one.made_by],
                names.get(one.approved_by, "—"),
                datetime_jst(one.approved_at),
            ),
            url=reverse("console-attribute", args=[one.id]),
        )
        for one in found
    ]


def change_rows(changes: Sequence[Change]) -> list[Row]:
    return [
        Row((plainly(one.what), word(one.old or "（なし）"), word(one.new or "（なくす）")))
        for one in changes
    ]


def held(name: str) -> str:
    return people(queries.count_held(name))


def uses(name: str) -> list[str]:
    """Where the attribute is asked about at this moment."""
    found = []
    try:
        card = risk.active_scorecard().definition
        if any(one.name == name for one in card.attributes):
            found.append(f"評価表「{card.title}」第{card.version}版が、点数に使っています。")
    except NoActiveScorecard:
        pass
    found += [
        f"質問票「{asked.title}」（{asked.id}）第{asked.version}版が、お客さまにたずねています。"
        for asked in (published.questionnaire for published in questionnaires.all_in_use())
        if any(question.attribute == name for question in asked.questions)
    ]
    return found + [f"キャンペーン「{title}」の条件にあります。" for title in asking_about(name)]
