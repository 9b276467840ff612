"""Scorecards and their trials as tables and sentences."""

from typing import Final

from django.urls import reverse

from keizoku.risk.queries import DryRunRow
from keizoku.risk.rules.changes import Change
from keizoku.risk.rules.scale import Level
from keizoku.risk.rules.workload import Month
from keizoku.ui.components.display import Column, Row, level_cell
from keizoku.ui.formats import number, people, yen
from keizoku.ui.speaking import plainly, word

CHANGE_COLUMNS: Final = (
    Column("要素"),
    Column("何が"),
    Column("前", is_wide=True),
    Column("後", is_wide=True),
)
MATRIX_COLUMNS: Final = (
    Column("いまの評価"),
    *(Column(f"「{level.label}」になる", is_number=True) for level in reversed(Level)),
    Column("計", is_number=True),
)
MOVER_COLUMNS: Final = (
    Column("お客さま"),
    Column("いまの点数", is_number=True),
    Column("新しい点数", is_number=True),
    Column("いまの評価"),
    Column("新しい評価"),
)
MONTH_COLUMNS: Final = (
    Column("月"),
    *(Column(f"「{level.label}」", is_number=True) for level in reversed(Level)),
    Column("連絡する人数", is_number=True),
    Column("担当者の判断", is_number=True),
    Column("費用", is_number=True),
)


def change_rows(changes: tuple[Change, ...]) -> list[Row]:
    return [
        Row(
            (
                word(one.place),
                plainly(one.what),
                plainly(one.old or "（なし）"),
                plainly(one.new or "（なくす）"),
            )
        )
        for one in changes
    ]


def matrix_rows(tried: DryRunRow) -> list[Row]:
    """A row for each level held now, the highest first; customers without a rating last, where there are any."""
    rows = []
    for old in (*(level.value for level in reversed(Level)), ""):
        counts = [tried.matrix.get((old, level.value), 0) for level in reversed(Level)]
        if old or sum(counts):
            rows.append(Row((level_cell(old), *map(number, counts), number(sum(counts)))))
    return rows


def finding(tried: DryRunRow) -> str:
    """The matrix in one sentence."""
    rated = {pair: count for pair, count in tried.matrix.items() if pair[0]}
    rises = sum(count for (old, new), count in rated.items() if Level(new).rank > Level(old).rank)
    falls = sum(count for (old, new), count in rated.items() if Level(new).rank < Level(old).rank)
    told = f"{people(tried.customers)}のうち、上がる方が{people(rises)}、下がる方が{people(falls)}です。"
    return plainly(told)


def mover_rows(tried: DryRunRow, *, are_linked: bool) -> list[Row]:
    return [
        Row(
            (
                f"No. {one.customer_id}",
                number(one.old_points),
                number(one.new_points),
                level_cell(one.old_level),
                level_cell(one.new_level),
            ),
            url=reverse("console-customer", args=[one.customer_id]) if are_linked else "",
        )
        for one in tried.movers
    ]


def month_rows(tried: DryRunRow) -> list[Row]:
    rows = [_month_row(f"{month.first:%Y-%m}", (month,)) for month in tried.months]
    return [*rows, _month_row(plainly("1年の合計"), tried.months)]


def _month_row(label: str, months: tuple[Month, ...]) -> Row:
    """A level that is not asked has no number."""
    by_level = [[month.by_level.get(level) for month in months] for level in reversed(Level)]
    return Row(
        (
            label,
            *("—" if None in counts else number(sum(filter(None, counts))) for counts in by_level),
            number(sum(month.contacts for month in months)),
            number(sum(month.decisions for month in months)),
            yen(sum(month.yen for month in months)),
        )
    )


def yearly(tried: DryRunRow) -> str:
    """What the scope costs in a year, in one sentence."""
    scope = tried.scope
    asked = plainly("・").join(
        plainly(f"「{level.label}」{scope.interval_months[level]}か月ごと")
        for level in reversed(Level)
        if level in scope.levels
    )
    contacts = sum(month.contacts for month in tried.months)
    cost = sum(month.yen for month in tried.months)
    return plainly(f"{asked}に確認すると、1年で{number(contacts)}件の連絡と、{yen(cost)}の費用がかかります。")
