"""The two gates: ``requires`` before a view, ``authorise`` inside an action.

Both look at the role's table alone (``rules.ROLES``). A view without the mark that ``requires`` leaves
(``view.keizoku_permission``) fails the architecture test, so that a route cannot be forgotten.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRedirect

from keizoku.accounts import rules
from keizoku.accounts.errors import NotPermitted
from keizoku.accounts.models import Staff
from keizoku.kernel.actor import Actor

# The gate hands out ``Staff``: entry points name the type from here and leave the models alone.
__all__ = ["Staff", "authorise", "requires"]

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def requires(permission: str) -> Callable[[View[P]], View[P]]:
    """Let only staff with the permission through: others are sent to sign in, or told whom to ask (403)."""
    rules.check_permission(permission)

    def gate(view: View[P]) -> View[P]:
        @wraps(view)
        def gated(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            staff = request.user
            if not isinstance(staff, Staff) or not staff.is_active:
                return _to_sign_in(request)
            if not staff.may(permission):
                return _refusal(request, permission)
            return view(request, *args, **kwargs)

        gated.keizoku_permission = permission  # type: ignore[attr-defined]  # read by the architecture test
        return gated

    return gate


def authorise(actor: Actor, permission: str) -> None:
    """Raise ``NotPermitted`` unless the actor is a part of the system, or active staff whose role may.

    The role is read afresh: a right that was taken away is gone at once.
    """
    rules.check_permission(permission)
    if actor.kind == "system":
        return
    if actor.kind == "staff":
        member = Staff.objects.filter(pk=int(actor.id)).first()
        if member is not None and member.may(permission):
            return
    what, whom = rules.PERMISSIONS[permission], "、".join(rules.roles_holding(permission))
    raise NotPermitted(f"「{what}」権限がありません。", remedy=f"{whom}に依頼してください。")


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """An htmx request asks for a part of a page: the whole page goes to the sign-in, and comes back to itself."""
    if request.headers.get("HX-Request") == "true":
        page = urlsplit(request.headers.get("HX-Current-URL", "/"))
        return HttpResponseClientRedirect(
            redirect_to_login(urlunsplit(("", "", page.path, page.query, ""))).url
        )
    return redirect_to_login(request.get_full_path())


def _refusal(request: HttpRequest, permission: str) -> HttpResponse:
    context = {
        "title": "この操作の権限がありません",
        "what": rules.PERMISSIONS[permission],
        "whom": rules.roles_holding(permission),
    }
    return render(request, "accounts/not_permitted.html", context, status=403)
