"""連絡の停止: the stop that a word of a death set, doubted by one person and lifted by the second."""

from django.http import HttpResponse
from django.shortcuts import redirect

from keizoku.accounts.queries import display_names
from keizoku.console.page import above_customers, errors_of, page, tell
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers.contact import lifting
from keizoku.kernel.errors import Refusal


@screen(lifting.PERMISSION, "GET", "POST")
def lift(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Who has said what so far; one's own word by a reason."""
    if request.method == "GET":
        return _page(request, customer_id)
    reason = request.POST.get("reason", "")
    try:
        is_lifted = lifting.doubt(customer_id, reason, actor=request.user.actor)
    except Refusal as refusal:
        return _page(request, customer_id, reason=reason, errors=errors_of(refusal, "reason"), status=422)
    if is_lifted:
        tell(request, "連絡の停止を解きました", "次の送信から、この方1人に届きます。")
    else:
        tell(request, "確認を記録しました", "もう1人が確かめると、停止が解けます。")
    return redirect("console-customer", customer_id)


def _page(
    request: StaffRequest,
    customer_id: int,
    *,
    reason: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    found = lifting.doubted(customer_id)
    names = display_names({by for by, _, _ in found.said}) if found else {}
    return page(
        request,
        "customer_stop",
        title="連絡の停止を解く",
        current="customers",
        trail=above_customers(request.user),
        status=status,
        errors=errors,
        found=found,
        said=[(names.get(by, ""), words, at) for by, words, at in found.said] if found else [],
        reasons=list(lifting.REASONS.items()),
        reason=reason,
        customer_id=customer_id,
    )
