"""An audience's exact numbers as its pages show them: how many, who falls out by which condition, who for which reason."""

from typing import Final

from keizoku.campaigns.audiences.breakdown import Breakdown, breakdown
from keizoku.campaigns.audiences.counting import preview
from keizoku.campaigns.audiences.fields import readable_fields
from keizoku.campaigns.rules import CHANNEL_FACT
from keizoku.console import campaign_words
from keizoku.kernel.clock import business_today
from keizoku.kernel.conditions import describe, parse
from keizoku.kernel.conditions.reading import Json
from keizoku.ui.components.display import Column, Row
from keizoku.ui.formats import number, people
from keizoku.ui.speaking import plainly

ALL_COLUMNS: Final = (
    Column("条件", is_wide=True),
    Column("ここまでで残る方", is_number=True),
    Column("この条件に合わない方", is_number=True),
    Column("この条件を外すと増える方", is_number=True),
)
ANY_COLUMNS: Final = (
    Column("条件", is_wide=True),
    Column("ここまでで合う方", is_number=True),
    Column("この条件に合う方", is_number=True),
    Column("この条件を外すと減る方", is_number=True),
)


def counts(audience: Json) -> dict[str, object]:
    """For ``audience_count.html``. Every channel there is counts as reach: the journey is not chosen yet."""
    today, fields = business_today(), readable_fields()
    counted = preview(audience, list(CHANNEL_FACT), today)
    broken = breakdown(audience, today)
    return {
        "words": describe(parse(audience, fields), fields),
        "is_everybody": not broken.stages,
        "everybody": broken.everybody,
        "included": counted.included,
        "matching": counted.matching,
        "left_out": campaign_words.excluded_words(counted.excluded),
        "reachable": [
            (plainly(campaign_words.CHANNEL_NAMES[channel]), people(reach))
            for channel, reach in counted.reachable.items()
        ],
        "is_any": broken.is_any,
        "columns": ANY_COLUMNS if broken.is_any else ALL_COLUMNS,
        "stages": _stages(broken),
    }


def _stages(broken: Breakdown) -> list[Row]:
    return [
        Row(
            (
                f"{place}. {plainly(stage.words)}",
                number(stage.remaining),
                number(stage.alone if broken.is_any else broken.everybody - stage.alone),
                number(stage.returning),
            )
        )
        for place, stage in enumerate(broken.stages, start=1)
    ]
