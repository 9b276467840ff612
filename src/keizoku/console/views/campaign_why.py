"""なぜ: every customer whom a campaign selected, with the reason for each step, by filters; and the file of all of them."""

from typing import Final
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from keizoku.accounts.errors import ExportNeedsRequest
from keizoku.accounts.exports.rules import Kind
from keizoku.campaigns.errors import CampaignRefused
from keizoku.campaigns.why import exporting
from keizoku.campaigns.why import queries as why
from keizoku.campaigns.why.finding import Place
from keizoku.campaigns.why.queries import ExportRow, Person
from keizoku.campaigns.why.rules import ExportKind
from keizoku.console.attachments import attached
from keizoku.console.exporting import to_request
from keizoku.console.forms.numbers import whole_number
from keizoku.console.names import actor_names
from keizoku.console.page import page, part, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers.search import searching
from keizoku.kernel.text.sentences import Composed, Given
from keizoku.ui.components.display import Column, Row
from keizoku.ui.components.work import FilterPart, percent
from keizoku.ui.formats import datetime_jst, number, people
from keizoku.ui.speaking import plainly

COLUMNS: Final = (
    Column("お客さま"),
    Column("コース", is_number=True),
    Column("手順ごとの結果と理由", is_wide=True),
)
NOT_FOUND: Final = "このキャンペーンが選んだ方の中に、その番号の方はいません。"


@screen("campaigns.read")
def listing(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """A page of the list; ``customer`` is the No. of one person, ``which`` a filter, ``after`` where to go on."""
    name, which = why.campaign_name(campaign_id), request.GET.get("which", "")
    asked = request.GET.get("customer", "").strip()
    filters = why.filters(campaign_id)
    which = which if which in dict(filters) else ""
    if asked:
        customer_id = whole_number(asked.removeprefix("No.").strip())
        shown, after = (why.one(campaign_id, customer_id) if customer_id is not None else []), None
    else:
        found = why.people(campaign_id, which, after=Place.parse(request.GET.get("after", "")))
        shown, after = found.people, found.after
    return page(
        request,
        "campaign_why",
        title="送信の理由",
        current="campaigns",
        trail=[*way_up("console-campaigns"), (Given(name), reverse("console-campaign", args=[campaign_id]))],
        campaign_id=campaign_id,
        total=why.selected(campaign_id),
        filters=[
            FilterPart(name="which", label="どの方", options=filters, value=which),
            FilterPart("を見る。1人だけ見るときは No."),
            FilterPart(name="customer", label="お客さまの番号", value=asked),
        ],
        clear_url=reverse("console-campaign-why", args=[campaign_id]) if which or asked else "",
        columns=COLUMNS,
        rows=[_row(person, may_open=request.user.may("customers.read")) for person in shown],
        nobody=NOT_FOUND if asked else "この条件に当てはまる方は、いまいません。",
        next_url=f"?{urlencode({'which': which, 'after': str(after)})}" if after else "",
        may_search=request.user.may("customers.search"),
        may_export=request.user.may("campaigns.export"),
        exports=_exports(campaign_id) if request.user.may("campaigns.export") else None,
    )


@screen("customers.search", "POST")
def find(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """A customer by the bank's number, which never stands in an address: the No. does."""
    typed = request.POST.get("number", "")
    found = searching.search(typed, actor=request.user.actor, limit=1) if typed.strip() else None
    here = reverse("console-campaign-why", args=[campaign_id])
    if found is None or not found.ids:
        tell(request, "見つかりません", "この顧客番号の方は登録されていません。番号を確かめてください。")
        return redirect(here)
    return redirect(f"{here}?customer={found.ids[0]}")


@screen("campaigns.export", "POST")
def ask(request: StaffRequest, campaign_id: int) -> HttpResponse:
    try:
        exporting.ask(campaign_id, ExportKind.WHY, actor=request.user.actor)
    except ExportNeedsRequest as refusal:
        return to_request(request, Kind.WHY, campaign_id, refusal)
    tell(request, "書き出しを始めました", "終わると、このページで受け取れます。ページを閉じても続きます。")
    return redirect("console-campaign-why", campaign_id)


@screen("campaigns.export")
def progress(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """The files alone, asked again while one is being written."""
    return part(request, "campaign_exports", campaign_id=campaign_id, exports=_exports(campaign_id))


@screen("campaigns.export", "POST")
def download(request: StaffRequest, campaign_id: int, export_id: int) -> HttpResponse:
    row = why.export(export_id)
    if row.kind is not ExportKind.WHY:
        raise CampaignRefused("このファイルは、ここでは受け取れません。")
    content = exporting.download(export_id, actor=request.user.actor)
    answer = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    return attached(answer, f"keizoku-why-{campaign_id}-{row.mark}.csv")


def _row(person: Person, *, may_open: bool) -> Row:
    cells = (f"No. {person.customer_id}", number(person.course) if person.course else "—", _lines(person))
    url = reverse("console-customer", args=[person.customer_id]) if may_open else ""
    return Row(cells, url=url)


def _lines(person: Person) -> SafeString:
    return format_html(
        "<ul>{}</ul>",
        format_html_join(
            "",
            "<li>{}{}{}</li>",
            (
                (
                    f"{line.step}. " if line.step else "",
                    plainly(line.sentence),
                    format_html(' <span class="quiet">{}</span>', datetime_jst(line.at)) if line.at else "",
                )
                for line in person.lines
            ),
        ),
    )


def _exports(campaign_id: int) -> dict[str, object]:
    rows = why.exports(campaign_id, ExportKind.WHY)
    names = actor_names([row.asked_by for row in rows])
    selected = why.selected(campaign_id)
    return {
        "is_live": any(row.is_at_work for row in rows),
        "url": reverse("console-campaign-why-progress", args=[campaign_id]),
        "label": Composed("{0}の理由をファイルに書き出す", people(selected)),
        "files": [(row, names[row.asked_by], _sum(row), why.tally_words(row.tally)) for row in rows],
    }


def _sum(row: ExportRow) -> str:
    """What the file proves: that nobody is missing."""
    if not row.customers:
        return ""
    share = percent(row.customers_done, row.customers)
    return Composed(
        "選ばれた {0} のうち {1}（{2}）の理由", people(row.customers), people(row.customers_done), share
    )
