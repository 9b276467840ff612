"""One call: the caller's check, then what was sent and what can be done for him; who was not verified sees none of it."""

from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect

from keizoku.audit import actions as audit
from keizoku.console.forms.phone import CHOOSE, MATTER_OPTIONS, WINDOW_OPTIONS, day_options, read_promise
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.console.values import written
from keizoku.customers.casework.rules import LONGEST_NOTE
from keizoku.delivery.rules import CHANNEL_WORDS
from keizoku.kernel.clock import business_today
from keizoku.kernel.errors import Refusal
from keizoku.reviews.phone import calling_back, helping, queries, verifying
from keizoku.reviews.phone.errors import AnswerUnreadable, CallRefused
from keizoku.reviews.phone.queries import CallRow
from keizoku.reviews.phone.rules import script
from keizoku.reviews.phone.rules.script import Asked
from keizoku.reviews.phone.rules.states import LONGEST_WORDS, RESULT_WORDS, SAID_BY_STAFF, Result, StepKind
from keizoku.reviews.rules.reasons import HELP_WORDS, HelpKind
from keizoku.ui.components.display import TimelineEvent, Tone
from keizoku.ui.speaking import plainly

TONES: Final[dict[StepKind, Tone]] = {
    StepKind.RIGHT: "good",
    StepKind.WRONG: "bad",
    StepKind.VERIFIED: "good",
    StepKind.LOCKED: "bad",
    StepKind.STOPPED: "attention",
    StepKind.SUBMITTED: "good",
}


@screen("phone_desk.use")
def detail(request: StaffRequest, call_id: int) -> HttpResponse:
    return _call_page(request, call_id)


@screen("phone_desk.use", "POST")
def check(request: StaffRequest, call_id: int) -> HttpResponse:
    """What the caller said, typed; the page says right or wrong and nothing of the value."""
    asked, typed = request.POST.get("asked", ""), request.POST.get("typed", "")
    try:
        checked = verifying.check_answer(call_id, asked, typed, request.user)
    except AnswerUnreadable as slip:
        # Told at the field, where the cursor stays: the caller is waiting.
        return _call_page(request, call_id, status=422, slip=f"{slip.message}{slip.remedy}", slipped=typed)
    except Refusal as refusal:
        return _call_page(request, call_id, errors=errors_of(refusal), status=422)
    if checked.is_verified:
        tell(request, "本人と確認しました", "送った内容を見て、お手伝いできます。")
    elif checked.is_right:
        tell(request, "合っています", "次の質問に進んでください。")
    else:
        return _call_page(request, call_id, status=422, wrong=_wrong(asked))
    return redirect("console-phone-call", call_id)


@screen("phone_desk.use", "POST")
def number(request: StaffRequest, call_id: int) -> HttpResponse:
    """The registered number and what was noted with the promise, on this answer alone."""
    try:
        found = calling_back.number_to_call(call_id, request.user)
    except Refusal as refusal:
        return _call_page(request, call_id, errors=errors_of(refusal), status=409)
    number = written("phone", found.number) or plainly("登録がありません")
    return _call_page(request, call_id, number=number, memo=found.words)


@screen("phone_desk.use", "POST")
def stop(request: StaffRequest, call_id: int) -> HttpResponse:
    what = request.POST.get("what", "")
    try:
        helping.stop_contact(call_id, what, request.user)
    except Refusal as refusal:
        return _call_page(request, call_id, errors=errors_of(refusal, "what"), status=422)
    words = "すべての連絡" if what == helping.ALL else CHANNEL_WORDS.get(what, what)
    tell(
        request,
        f"連絡を止めました：{words}",
        "これから送る分に効きます。すでに出た手紙は届くことがあります。",
    )
    return redirect("console-phone-call", call_id)


@screen("phone_desk.use", "POST")
def resume(request: StaffRequest, call_id: int) -> HttpResponse:
    """What the caller had stopped by his own wish begins again by it."""
    try:
        helping.resume_contact(call_id, request.user)
    except Refusal as refusal:
        return _call_page(request, call_id, errors=errors_of(refusal), status=409)
    tell(request, "連絡を再開しました：すべての連絡", "同意を撤回した連絡手段は、止まったままです。")
    return redirect("console-phone-call", call_id)


@screen("phone_desk.use", "POST")
def person(request: StaffRequest, call_id: int) -> HttpResponse:
    told = request.POST.get("kind", "")
    try:
        if told not in set(HelpKind):
            raise CallRefused("どの申し出かを、1つ選んでください。")
        helping.ask_for_person(call_id, HelpKind(told), request.user)
    except Refusal as refusal:
        return _call_page(request, call_id, errors=errors_of(refusal, "kind"), status=422)
    tell(
        request,
        f"申し出を受けました：{HELP_WORDS[HelpKind(told)]}",
        "連絡を止め、審査担当のタスクにしました。",
    )
    return redirect("console-phone-call", call_id)


@screen("phone_desk.use", "POST")
def code(request: StaffRequest, call_id: int) -> HttpResponse:
    try:
        helping.reissue_code(call_id, request.user)
    except Refusal as refusal:
        return _call_page(request, call_id, errors=errors_of(refusal), status=409)
    tell(
        request, "受付番号を再発行しました", "新しい番号を読み上げてください。前の番号とリンクは使えません。"
    )
    return redirect("console-phone-call", call_id)


@screen("phone_desk.use", "POST")
def note(request: StaffRequest, call_id: int) -> HttpResponse:
    try:
        helping.note(call_id, request.POST.get("text", ""), request.user)
    except Refusal as refusal:
        return _call_page(request, call_id, errors=errors_of(refusal, "text"), status=422)
    tell(request, "メモを保存しました", "お客さまのメモに残ります。")
    return redirect("console-phone-call", call_id)


@screen("phone_desk.use", "POST")
def book(request: StaffRequest, call_id: int) -> HttpResponse:
    try:
        calling_back.book(call_id, read_promise(request.POST), request.user)
    except Refusal as refusal:
        return _call_page(request, call_id, errors=errors_of(refusal, "day"), status=422)
    tell(request, "折り返しを予約しました", "ご登録の電話番号に、お約束の時間帯におかけします。")
    return redirect("console-phone-call", call_id)


@screen("phone_desk.use", "POST")
def end(request: StaffRequest, call_id: int) -> HttpResponse:
    """The call ends with what came of it; so does the call back that it was made for."""
    result = request.POST.get("result", "")
    try:
        calling_back.end(call_id, result, request.user)
    except Refusal as refusal:
        return _call_page(request, call_id, errors=errors_of(refusal, "result"), status=422)
    tell(request, f"通話を終えました：{RESULT_WORDS[Result(result)]}")
    return redirect("console-phone")


def _call_page(
    request: StaffRequest,
    call_id: int,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
    **shown: str,
) -> HttpResponse:
    """``shown`` stands on this answer alone: a number to call, what was wrong with what was typed."""
    row = queries.call(call_id)
    if row.staff_id != request.user.pk:
        raise CallRefused("ほかの担当者の通話です。", remedy="電話窓口から、ご自身の通話を開いてください。")
    if row.customer_id is None:
        return redirect("console-phone")
    is_verified = row.is_open and row.verified_at is not None
    return page(
        request,
        "phone_call",
        title=f"お客さま No. {row.customer_id} との通話",
        current="phone",
        trail=way_up("console-phone"),
        errors=errors,
        status=status,
        typed=request.POST,
        call=row,
        is_verified=is_verified,
        waiting=queries.waiting_call_back(row.customer_id),
        events=[
            TimelineEvent(step.at, step.words, "", "", tone=TONES.get(step.kind, "neutral"))
            for step in reversed(row.steps)
        ],
        longest_note=LONGEST_NOTE,
        longest_words=LONGEST_WORDS,
        days=day_options(business_today()),
        windows=WINDOW_OPTIONS,
        matters=MATTER_OPTIONS,
        results=[CHOOSE, *((result.value, RESULT_WORDS[result]) for result in SAID_BY_STAFF)],
        help_kinds=[(kind.value, words) for kind, words in HELP_WORDS.items()],
        **_script(row, row.customer_id),
        **(_known(request, row.customer_id) if is_verified else {}),
        **shown,
    )


def _script(row: CallRow, customer_id: int) -> dict[str, object]:
    """What to read out next; nothing of it once the caller is verified or the call is over."""
    if not row.is_open or row.verified_at is not None:
        return {}
    progress, failures = queries.progress(row.id), queries.failures(customer_id)
    found: dict[str, object] = {
        "progress": progress,
        "locked_until": failures.locked_until,
        "tries_left": failures.left,
        "still_needed": max(progress.needed - progress.right, 1),
    }
    if progress.following is not None:
        words = script.WORDS[progress.following]
        found |= {
            "asked": progress.following.value,
            "asked_label": script.LABELS[progress.following],
            "asked_words": words[1] if row.is_corporation else words[0],
            "asked_hint": words[2],
        }
    return found


def _known(request: StaffRequest, customer_id: int) -> dict[str, object]:
    """Under a grant of its own: the audit keeps who looked at what was sent, and when."""
    grant = audit.grant_read(actor=request.user.actor, purpose="phone.call", subjects=[customer_id])
    known = queries.known(customer_id, grant)
    stoppable = helping.stoppable()
    return {
        "contacts": known.contacts,
        "stops": known.stops,
        "may_resume": helping.may_resume(customer_id),
        "sent": [(one, [part for part in one.body.split("\n\n") if part.strip()]) for one in known.sent],
        "channels": [
            *((channel, f"{CHANNEL_WORDS.get(channel, channel)}だけを止める") for channel in stoppable),
            (helping.ALL, "すべての連絡を止める（手紙も送りません）"),
        ],
    }


def _wrong(asked: str) -> str:
    label = script.LABELS[Asked(asked)] if asked in set(Asked) else "答え"
    return f"{label}が、ご登録と合いません。"
