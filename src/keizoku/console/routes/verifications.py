"""本人確認: the queue, its cases, their pictures."""

from django.urls import URLPattern, path

from keizoku.console.views import verification_case, verifications

ROUTES: list[URLPattern] = [
    path("verifications", verifications.listing, name="console-verifications"),
    path("verifications/next", verifications.take_next, name="console-verification-next"),
    path("verifications/<int:verification_id>", verification_case.case, name="console-verification"),
    path(
        "verifications/<int:verification_id>/decide",
        verification_case.decide,
        name="console-verification-decide",
    ),
    path(
        "verifications/<int:verification_id>/agree",
        verification_case.agree,
        name="console-verification-agree",
    ),
    path(
        "verifications/<int:verification_id>/take", verification_case.take, name="console-verification-take"
    ),
    path(
        "verifications/<int:verification_id>/release",
        verification_case.release,
        name="console-verification-release",
    ),
    path(
        "verifications/<int:verification_id>/withdraw",
        verification_case.withdraw,
        name="console-verification-withdraw",
    ),
    path(
        "verifications/<int:verification_id>/evidence.zip",
        verification_case.export,
        name="console-verification-export",
    ),
    path(
        "verifications/<int:verification_id>/pictures/<int:shot_id>/<str:name>",
        verification_case.picture,
        name="console-verification-picture",
    ),
]
