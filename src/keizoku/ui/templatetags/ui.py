"""``{% load ui %}``: every component and format of the screens. See README.md for each tag's arguments."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django import template
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from keizoku.kernel.text import ruby as readings
from keizoku.ui import formats, speaking
from keizoku.ui.components import charts, display, form, place, work

register = template.Library()

for _format in (
    formats.number,
    formats.yen,
    formats.people,
    formats.datetime_jst,
    formats.reference_code,
    formats.time_left,
):
    register.filter(_format.__name__, _format)

for _component in (
    form.field,
    form.choices,
    form.birth_date,
    form.button,
    form.error_summary,
    display.badge,
    display.level_badge,
    display.masked,
    display.data_table,
    display.pager,
    work.funnel,
    charts.interval_chart,
    charts.day_chart,
    charts.outlook_chart,
    work.progress_bar,
    work.work_progress,
    work.filter_bar,
    work.confirm_panel,
    place.steps,
    place.breadcrumb,
    place.empty_state,
):
    register.inclusion_tag(f"ui/components/{_component.__name__}.html")(_component)

for _group in (form.yes_no, form.known_or_changed):
    register.inclusion_tag("ui/components/choices.html")(_group)


@register.inclusion_tag("ui/components/stat_tiles.html")
def stat_tiles(tiles: Sequence[display.Tile]) -> dict[str, object]:
    return {"tiles": tiles}


@register.inclusion_tag("ui/components/timeline.html")
def timeline(events: Sequence[display.TimelineEvent]) -> dict[str, object]:
    return {"events": events}


@register.inclusion_tag("ui/components/comparison.html")
def comparison(
    rows: Sequence[display.Comparison], caption: str = "いまの記録と新しい回答"
) -> dict[str, object]:
    return {"rows": rows, "caption": caption, "is_choosable": any(row.accept_name for row in rows)}


@register.inclusion_tag("ui/components/phone_preview.html")
def phone_preview(message: display.Message) -> dict[str, object]:
    return {"message": message}


@register.simple_block_tag
def notice(content: str, title: str, kind: str = "progress") -> SafeString:
    """``{% notice "題" kind="attention" %}…{% endnotice %}``; kinds: progress good attention bad."""
    return format_html(
        '<div class="notice notice-{}" role="{}"><span class="notice-mark" aria-hidden="true">{}</span>'
        '<p class="notice-title">{}</p><div class="notice-body">{}</div></div>',
        kind,
        "alert" if kind == "bad" else "note",
        display.NOTICE_MARKS[kind],
        said(title),
        content,
    )


@register.filter
def error_for(errors: Mapping[str, object] | None, name: str) -> str:
    """``errors|error_for:"code"``: the message of one field."""
    return form.error_for(errors, name)


@register.filter
def ruby(words: str) -> str:
    """漢字《かんじ》 with its reading over it; words without a reading as they are."""
    found = readings.segments(words)
    if not any(reading for _, reading in found):
        return words
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<ruby>{}<rt>{}</rt></ruby>", base, reading) if reading else base,)
            for base, reading in found
        ),
    )


@register.filter
def ruby_choices(options: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The labels of (value, label) with their readings."""
    return [(value, ruby(label)) for value, label in options]


@register.filter
def without_ruby(words: str) -> str:
    """For a page's title and a list's options, which cannot show a reading."""
    return readings.plain(words)


@register.filter
def date_jp(value: date | None) -> str:
    """``2026年11月21日``, as the page's language writes a day."""
    return ruby(formats.day(value)) if speaking.current() == "en" else said(formats.date_jp(value))


@register.filter
def moment_jp(value: datetime | None) -> SafeString | str:
    """``2026年11月21日 14時05分``, as the page's language writes a moment."""
    if value is None or speaking.current() == speaking.JAPANESE:
        return formats.moment_jp(value)
    there = value.astimezone(formats.TOKYO)
    clock = f"{there:%H:%M}" if speaking.current() == "en" else said(f"{there.hour}時{there:%M}分")
    return format_html(
        '<time class="moment" datetime="{}">{} {}</time>',
        there.isoformat(timespec="seconds"),
        date_jp(there),
        clock,
    )


@register.filter
def said(words: object) -> str:
    """Our own Japanese words in the page's language, with readings over them; what is markup already stays as it is.

    A template's literals are marked safe too, so that mark alone does not tell.
    """
    if isinstance(words, SafeString) and "<" in words:
        return words
    return ruby(speaking.say(words if isinstance(words, str) else str(words)))


@register.simple_tag
def say_behind(words: str) -> str:
    """Words that mean another thing elsewhere: 日 behind a field counts days, and is no part of a date."""
    behind = f"…{words}"
    found = speaking.plainly(behind)
    return said(words) if found == behind else found


@register.filter
def told(value: object) -> object:
    """``{{ value|told }}`` where both sentences of ours and what somebody entered are shown."""
    return speaking.told(value)


@register.filter
def said_plainly(words: object) -> str:
    """As ``said``, without readings: for options, titles and attributes."""
    return speaking.plainly(words if isinstance(words, str) else str(words))


@register.simple_tag
def say(words: str, *filled: object) -> str:
    """``{% say "あと{}回入力できます。" left %}``: our own words; what is filled in is escaped."""
    if not filled:
        return said(words)
    return format_html(str(ruby(speaking.say(words))), *(localize(speaking.word(value)) for value in filled))


@register.simple_tag
def say_plain(words: str, *filled: object) -> str:
    """As ``say``, for titles and attributes: without readings."""
    return (
        format_html(speaking.plainly(words), *(localize(speaking.word(value)) for value in filled))
        if filled
        else speaking.plainly(words)
    )


@register.simple_tag
def say_steps(index: int, total: int) -> SafeString:
    """「4のうち2」, both numbers large."""
    of, at = (format_html("<strong>{}</strong>", number) for number in (total, index))
    return format_html(str(ruby(speaking.say("{}のうち{}"))), of, at)


@register.simple_tag
def page_language() -> str:
    """What the page's ``lang`` says."""
    return speaking.tag(speaking.current())
