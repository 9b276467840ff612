"""自分のサインイン: one's own second factors, recovery codes, password, and where one is signed in.

Whoever finds a browser left open must not make it theirs for good: what changes the sign-in itself is open for ten minutes
after a sign-in, and asks for a new one later.
"""

from typing import Final

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from keizoku.accounts import actions as accounts
from keizoku.accounts.errors import FactorRefused, SignInRefused, StaffRefused
from keizoku.accounts.factors import actions as factors
from keizoku.accounts.factors import queries as held
from keizoku.accounts.presence import actions as presence
from keizoku.accounts.presence import queries as present
from keizoku.accounts.presence.queries import PresenceRow
from keizoku.console.halfway import OPENED_AT
from keizoku.console.page import errors_of, page, part, staying_for, tell
from keizoku.console.screen import StaffRequest, screen, seconds_left
from keizoku.console.views.second_factor import FEW_RECOVERY_CODES, offer, take_in
from keizoku.ui.components.display import Column, Row
from keizoku.ui.formats import datetime_jst
from keizoku.ui.speaking import plainly

RECENT_S: Final = 600
_TITLE: Final = "自分のサインイン"
_WAYS: Final = {
    "password": "パスワード",
    "ticket": "サインイン用リンク",
    "oidc": "シングルサインオン",
    "app": "認証アプリ",
    "passkey": "パスキー",
    "recovery_code": "回復コード",
    "issuer": "発行元での確認",
}


class TooLongAgo(FactorRefused):
    """The sign-in is older than ten minutes."""

    code = "console.sign_in_too_long_ago"


@screen("own.sign_in")
def own_sign_in(request: StaffRequest) -> HttpResponse:
    return _page(request)


@screen("own.sign_in", "POST")
@sensitive_post_parameters("code")
def new_factor(request: StaffRequest) -> HttpResponse:
    """The button shows what to do; the code or the passkey that follows is taken in at the same place."""
    _refuse_if_long_ago(request)
    errors: dict[str, str] | None = None
    if "code" in request.POST or "passkey" in request.POST:
        try:
            take_in(request, request.user)
        except FactorRefused as refusal:
            errors = errors_of(refusal, "code")
        else:
            tell(request, "登録しました", "次のサインインから使えます。")
            return redirect("console-own-sign-in")
    return page(
        request,
        "own_factor",
        title="認証アプリかパスキーを加える",
        current="",
        trail=[(_TITLE, reverse("console-own-sign-in"))],
        errors=errors,
        status=422 if errors else 200,
        **offer(request, request.user),
    )


@screen("own.sign_in", "POST")
def remove_factor(request: StaffRequest, kind: str, factor_id: int) -> HttpResponse:
    _refuse_if_long_ago(request)
    factors.remove(request.user, kind, factor_id)
    tell(request, "外しました", "この認証アプリやパスキーでは、もうサインインできません。")
    return redirect("console-own-sign-in")


@screen("own.sign_in", "POST")
def recovery_codes(request: StaffRequest) -> HttpResponse:
    """The only page that shows them: the answer itself, kept nowhere."""
    _refuse_if_long_ago(request)
    codes = factors.issue_recovery_codes(request.user)
    return page(request, "own_recovery_codes", title="回復コードを控えてください", current="", codes=codes)


@screen("own.sign_in", "POST")
@sensitive_post_parameters("old", "new", "again")
def password(request: StaffRequest) -> HttpResponse:
    _refuse_if_long_ago(request)
    new = request.POST.get("new", "")
    if new != request.POST.get("again", ""):
        errors = {"again": "新しいパスワードと違います。同じものをもう一度入力してください。"}
        return _page(request, errors=errors, status=422)
    try:
        accounts.change_password(request.user, request.POST.get("old", ""), new)
    except (SignInRefused, StaffRefused) as refusal:
        field = "old" if isinstance(refusal, SignInRefused) else "new"
        return _page(request, errors=errors_of(refusal, field), status=422)
    presence.end_others(request.user, request.session.session_key)
    before = request.session.session_key
    update_session_auth_hash(request, request.user)  # this session goes on, under a new key
    presence.moved(request.user, before, request.session.session_key or "")
    tell(request, "パスワードを変えました", "ほかの端末はサインアウトしました。")
    return redirect("console-own-sign-in")


@screen("own.sign_in", "POST")
def end_session(request: StaffRequest, presence_id: int) -> HttpResponse:
    presence.end_one(request.user, presence_id)
    tell(request, "その端末をサインアウトしました")
    return redirect("console-own-sign-in")


@screen("own.sign_in", "POST")
def end_others(request: StaffRequest) -> HttpResponse:
    ended = presence.end_others(request.user, request.session.session_key)
    tell(
        request, f"ほかの{ended}台をサインアウトしました" if ended else "ほかにサインイン中の端末はありません"
    )
    return redirect("console-own-sign-in")


@screen("own.sign_in", "GET", "POST")
def staying(request: StaffRequest) -> HttpResponse:
    """The warning before an idle session ends, which a page asks for by itself; POST is the person who stays.

    Other pages of the same browser may have gone on meanwhile: what counts is the session's own end.
    """
    if request.method == "POST":
        return part(request, "staying", **staying_for(settings.CONSOLE_IDLE_SECONDS))
    return part(request, "staying", **staying_for(seconds_left(request)))


def _refuse_if_long_ago(request: StaffRequest) -> None:
    if int(timezone.now().timestamp()) - request.session[OPENED_AT] > RECENT_S:
        raise TooLongAgo(
            "サインインしてから10分を過ぎたため、サインインの設定は変えられません。",
            remedy="いったんサインアウトし、サインインし直してから10分以内に変えてください。",
        )


def _page(request: StaffRequest, *, errors: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    staff = request.user
    left = held.recovery_codes_left(staff)
    sessions = present.of(staff, request.session.session_key)
    return page(
        request,
        "own_sign_in",
        title=_TITLE,
        current="",
        status=status,
        errors=errors,
        factors=held.of(staff),
        may_remove=held.number_of(staff) > 1,
        codes_left=left,
        has_few_codes=left < FEW_RECOVERY_CODES,
        has_password=staff.has_usable_password(),
        columns=(
            Column("端末"),
            Column("サインインの方法"),
            Column("サインイン"),
            Column("自動で終わる時刻"),
        ),
        rows=[_session(row) for row in sessions],
        others=[row for row in sessions if not row.is_this],
    )


def _session(row: PresenceRow) -> Row:
    ways = plainly("と").join(plainly(_WAYS.get(way, way)) for way in row.method.split("+"))
    name = plainly(f"{row.device}（この端末）" if row.is_this else row.device)
    return Row((name, ways, datetime_jst(row.opened_at), datetime_jst(row.ends_at)))
