"""Beside the desk: the policy of automatic approval, quality control, a customer's confirmations."""

from django.urls import URLPattern, path

from keizoku.console.views import confirmations, policies, quality

ROUTES: list[URLPattern] = [
    path("settings/policies", policies.listing, name="console-policies"),
    path("settings/policies/draft", policies.draft, name="console-policy-draft"),
    path("settings/policies/stop", policies.stop, name="console-policy-stop"),
    path("settings/policies/<int:policy_id>", policies.version, name="console-policy"),
    path("settings/policies/<int:policy_id>/try", policies.try_out, name="console-policy-try"),
    path("settings/policies/<int:policy_id>/request", policies.request, name="console-policy-request"),
    path("settings/policies/<int:policy_id>/approve", policies.approve, name="console-policy-approve"),
    path("settings/policies/<int:policy_id>/send-back", policies.send_back, name="console-policy-send-back"),
    path("settings/policies/<int:policy_id>/withdraw", policies.withdraw, name="console-policy-withdraw"),
    path("quality", quality.listing, name="console-quality"),
    path("quality/counts", quality.counted, name="console-quality-counts"),
    path("quality/share", quality.share, name="console-quality-share"),
    path("quality/<int:check_id>", quality.detail, name="console-quality-check"),
    path("quality/<int:check_id>/find", quality.find, name="console-quality-find"),
    path("quality/<int:check_id>/settle", quality.settle, name="console-quality-settle"),
    path(
        "customers/<int:customer_id>/confirmations",
        confirmations.of_customer,
        name="console-customer-confirmations",
    ),
]
