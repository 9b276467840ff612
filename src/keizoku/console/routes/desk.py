"""審査: the queue and its cases."""

from django.urls import URLPattern, path

from keizoku.console.views import desk, desk_case

ROUTES: list[URLPattern] = [
    path("desk", desk.queue, name="console-desk"),
    path("desk/next", desk.take_next, name="console-desk-next"),
    path("desk/<int:review_id>", desk_case.case, name="console-case"),
    path("desk/<int:review_id>/decide", desk_case.decide, name="console-case-decide"),
    path("desk/<int:review_id>/release", desk_case.release, name="console-case-release"),
]
