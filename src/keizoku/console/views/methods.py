"""本人確認の方法: the table on a day, one row with who confirmed it, and why a method may or may not be used."""

from datetime import date
from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.console import method_words as words
from keizoku.console.forms.numbers import whole_number
from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.identity.methods import actions, queries
from keizoku.identity.methods.errors import NoSuchMethod, ProposalRefused
from keizoku.identity.methods.queries import ProposalRow, TableRow
from keizoku.identity.methods.rules.choosing import Question
from keizoku.identity.methods.rules.codes import REGISTRATION_WORDS, WHO_WORDS, Who
from keizoku.identity.methods.tables import table
from keizoku.identity.rules.purposes import LegalUse
from keizoku.kernel.clock import business_today
from keizoku.kernel.text.sentences import Meant
from keizoku.ui.components.work import FilterPart
from keizoku.ui.speaking import listed, plainly

FIRST_STATUTE: Final = "proceeds_of_crime"


@screen("methods.read")
def listing(request: StaffRequest) -> HttpResponse:
    """A statute's rows of one day; the search finds letters that were printed and never held, too."""
    known = {statute.id: statute for statute in table().statutes}
    statute = known.get(request.GET.get("statute", ""), known[FIRST_STATUTE])
    on, sought = _day(request.GET.get("on", "")) or business_today(), request.GET.get("q", "").strip()
    rows = [one for one in queries.rows_of(statute.id) if one.row.holds_on(on) and _is_sought(one, sought)]
    unread = sum(not one.is_confirmed for one in rows)
    return page(
        request,
        "methods",
        title=Meant("本人確認の方法", "本人確認の方法（法令）"),
        current="settings",
        trail=way_up("console-settings"),
        filters=[
            FilterPart(
                name="statute",
                label="法令",
                value=statute.id,
                options=[(each.id, plainly(each.name)) for each in known.values()],
            ),
            FilterPart("の"),
            FilterPart(name="on", label="日付", value=on.isoformat(), kind="date"),
            FilterPart("の表から"),
            FilterPart(name="q", label="号・方法の名前", value=sought),
        ],
        statute=statute,
        columns=words.ROW_COLUMNS,
        rows=[words.law_row(one) for one in rows],
        number_of_rows=len(rows),
        unread=unread,
        waiting=len(queries.waiting()),
        why_url=f"{reverse('console-methods-why')}?scope={statute.id}&on={on.isoformat()}",
    )


@screen("methods.read")
def why(request: StaffRequest) -> HttpResponse:
    """Every method for one kind of customer on one day: allowed in order, or refused with its reasons."""
    asked = request.GET
    on = _day(asked.get("on", "")) or business_today()
    who = next((one for one in Who if one.value == asked.get("who")), Who.RESIDENT)
    scopes = {statute.id: statute.name for statute in table().statutes} | table().scopes
    scope = asked.get("scope", "") if asked.get("scope", "") in scopes else FIRST_STATUTE
    age = whole_number(asked.get("age", ""))
    is_use = scope in {LegalUse.ONGOING_CHECK.value, LegalUse.PROCEDURE.value}
    found = queries.answer(
        Question(
            legal_use=LegalUse(scope) if is_use else LegalUse.STATUTORY,
            on=on,
            who=who,
            statute="" if is_use else scope,
            age=age,
            is_limited=asked.get("limited") == "yes",
        )
    )
    return page(
        request,
        "methods_why",
        title="使える方法と、使えない理由",
        current="settings",
        trail=way_up("console-settings", "console-methods"),
        filters=[
            FilterPart(
                name="scope",
                label="法令・用途",
                value=scope,
                options=[(each, plainly(name)) for each, name in scopes.items()],
            ),
            FilterPart("で、"),
            FilterPart(name="on", label="日付", value=on.isoformat(), kind="date"),
            FilterPart("に"),
            FilterPart(
                name="who",
                label="対象の方",
                value=who.value,
                options=[(each.value, plainly(name)) for each, name in WHO_WORDS.items()],
            ),
            FilterPart(name="age", label="年齢", value="" if age is None else str(age)),
            FilterPart("歳の方の、"),
            FilterPart(
                name="limited",
                label="取引",
                value=asked.get("limited", ""),
                options=[("", plainly("ふつうの取引")), ("yes", plainly("法令が定める限られた取引"))],
            ),
        ],
        legal_words=found.words,
        is_use=is_use,
        allowed_columns=words.ALLOWED_COLUMNS,
        allowed_rows=words.allowed_rows(found.allowed),
        refused_columns=words.REFUSED_COLUMNS,
        refused_rows=words.refused_rows(found.refused),
    )


@screen("methods.read")
def row(request: StaffRequest, statute: str, method: str, valid_from: str) -> HttpResponse:
    return _row_page(request, f"{statute}/{method}/{valid_from}")


@screen("methods.edit", "POST")
def sign(request: StaffRequest, statute: str, method: str, valid_from: str) -> HttpResponse:
    """One read the primary text; another approves."""
    key = f"{statute}/{method}/{valid_from}"
    read_on = _day(request.POST.get("read_on", ""))
    if read_on is None:
        wrong = {"read_on": "読んだ日を「2026-04-01」のように入力してください。"}
        return _row_page(request, key, errors=wrong, status=422)
    try:
        proposal_id = actions.sign(
            key, where=request.POST.get("where", ""), read_on=read_on, actor=request.user.actor
        )
    except ProposalRefused as refusal:
        return _row_page(request, key, errors=errors_of(refusal, "where"), status=422)
    tell(request, "条文の確認を申し出ました", "別の承認者が承認すると、この行が確認済みになります。")
    return redirect("console-method-proposal", proposal_id)


@screen("methods.edit", "POST")
def switch(request: StaffRequest, statute: str, method: str, valid_from: str) -> HttpResponse:
    """Ask to use a method in a statute, or in a use without one (``scope``), or not to."""
    key, posted = f"{statute}/{method}/{valid_from}", request.POST
    try:
        proposal_id = actions.switch(
            posted.get("scope", statute),
            method,
            is_on=posted.get("is_on") == "yes",
            reason=posted.get("reason", ""),
            actor=request.user.actor,
        )
    except ProposalRefused as refusal:
        return _row_page(request, key, errors=errors_of(refusal, "reason"), status=422)
    tell(request, "申し出ました", "別の承認者が承認すると、使うかどうかが変わります。")
    return redirect("console-method-proposal", proposal_id)


def _row_page(
    request: StaffRequest, key: str, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    try:
        one = queries.table_row(key)
    except NoSuchMethod:
        raise Http404 from None
    known = table()
    past = [*queries.history(key), *queries.history(f"{one.row.statute}/{one.row.method}")]
    names = actor_names({each.made_by for each in past})
    return page(
        request,
        "method_row",
        title=f"{plainly(one.name)} {one.row.letter}",
        current="settings",
        trail=way_up("console-settings", "console-methods"),
        errors=errors,
        status=status,
        one=one,
        facts=_facts(one),
        note=one.row.note,
        row_key=key.split("/"),
        where=request.POST.get("where", one.statute.primary),
        read_on=request.POST.get("read_on", ""),
        reason=request.POST.get("reason", ""),
        scopes=_scopes(one),
        may_sign=request.user.may(actions.EDIT)
        and not one.is_confirmed
        and one.waiting is None
        and bool(one.row.letter),
        may_switch=request.user.may(actions.EDIT),
        columns=words.PROPOSAL_COLUMNS,
        history=[words.proposal_row(each, names, known) for each in past],
        confirmed=_signed(one.confirmation) if one.is_confirmed else None,
    )


def _facts(one: TableRow) -> list[tuple[str, object]]:
    return [
        ("法令", words.as_law(one.statute.article)),
        ("号", words.letter(one.row)),
        ("方法の名前", one.row.method),
        ("期間", words.interval(one.row)),
        ("対象の方", listed(plainly(WHO_WORDS[who]) for who in one.row.who)),
        ("必要な証拠", words.evidence(one.row)),
        ("当行に必要な登録", listed(plainly(REGISTRATION_WORDS[each]) for each in one.row.requires) or "—"),
        ("限られた取引だけ", plainly("はい") if one.row.is_limited else plainly("いいえ")),
        ("出典", words.source(one.row)),
        ("終わらせる法令", words.as_law(one.row.ended_by.title) if one.row.ended_by else "—"),
        ("記録の保存", words.as_law(one.statute.keeping)),
        ("条文の確認", words.confirmation(one)),
        ("使用", plainly("使う") if one.is_on else plainly("使わない")),
        ("行の要約値", one.row.digest[:16]),
    ]


def _scopes(one: TableRow) -> list[tuple[str, str]]:
    """Where the method of a row may be switched: its statute, and the uses that name it."""
    known = table()
    uses = [(each.use, plainly(each.name)) for each in known.practices if one.row.method in each.methods]
    return [(one.statute.id, plainly(one.statute.name)), *uses]


def _signed(one: ProposalRow | None) -> dict[str, object] | None:
    if one is None:
        return None
    names = actor_names({one.made_by, one.decided_by})
    return {
        "where": one.content["where"],
        "read_on": one.content["read_on"],
        "made_by": names[one.made_by],
        "decided_by": names[one.decided_by],
        "url": reverse("console-method-proposal", args=[one.id]),
    }


def _is_sought(one: TableRow, sought: str) -> bool:
    told = (one.row.letter, *one.row.published)
    return not sought or sought in told or sought.casefold() in f"{one.row.method} {one.name}".casefold()


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
