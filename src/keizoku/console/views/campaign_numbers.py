"""数字: a campaign's numbers from counters, with charts, and the same as a file."""

from typing import Final

from django.http import HttpResponse
from django.urls import reverse

from keizoku.campaigns.numbers.queries import numbers
from keizoku.campaigns.numbers.rules import CONFIDENCE_WORDS, FORECAST_WORDS, NoForecast
from keizoku.campaigns.numbers.telling import HEADER, rows
from keizoku.console import number_words
from keizoku.console.attachments import attached
from keizoku.console.page import page, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers.written_csv import lines
from keizoku.kernel.text.sentences import Given, Meant

FILE_TYPE: Final = "text/csv; charset=utf-8"


@screen("campaigns.read")
def shown(request: StaffRequest, campaign_id: int) -> HttpResponse:
    found = numbers(campaign_id)
    outlook = number_words.outlook(found)
    return page(
        request,
        "campaign_numbers",
        title=Meant("数字", "数字（キャンペーン）"),
        current="campaigns",
        trail=[
            *way_up("console-campaigns"),
            (Given(found.name), reverse("console-campaign", args=[campaign_id])),
        ],
        file_url=reverse("console-campaign-numbers-file", args=[campaign_id]),
        is_launched=found.launched_on is not None,
        tiles=number_words.tiles(found),
        no_forecast=found.forecast.words if isinstance(found.forecast, NoForecast) else "",
        outlook_finding=outlook[0] if outlook else "",
        outlook=outlook[1] if outlook else None,
        forecast_words=FORECAST_WORDS,
        confidence_words=CONFIDENCE_WORDS,
        funnels=number_words.funnels(found),
        step_finding=number_words.step_finding(found),
        step_intervals=number_words.step_intervals(found),
        course_intervals=number_words.course_intervals(found) if len(found.courses) > 1 else [],
        channel_columns=number_words.CHANNEL_COLUMNS,
        channel_rows=number_words.channel_rows(found),
        days=number_words.answers_by_day(found),
        day_finding=number_words.day_finding(found) if found.days else "",
        day_columns=number_words.DAY_COLUMNS,
        day_rows=number_words.day_rows(found),
    )


@screen("campaigns.read")
def file(request: StaffRequest, campaign_id: int) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """The same numbers for a spreadsheet: counts only, nobody's data."""
    content = b"".join(lines(HEADER, rows(numbers(campaign_id)), "utf-8"))
    return attached(HttpResponse(content, content_type=FILE_TYPE), f"keizoku-numbers-{campaign_id}.csv")
