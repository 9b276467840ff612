"""審査: the queue, its cases, the supervisor's board."""

from django.urls import URLPattern, path

from keizoku.console.views import board, desk, desk_case

ROUTES: list[URLPattern] = [
    path("desk", desk.queue, name="console-desk"),
    path("desk/next", desk.take_next, name="console-desk-next"),
    path("desk/filters", desk.keep_filter, name="console-desk-filter-keep"),
    path("desk/filters/<int:filter_id>/drop", desk.drop_filter, name="console-desk-filter-drop"),
    path("desk/board", board.board, name="console-desk-board"),
    path("desk/board/give", board.give_next, name="console-desk-give-next"),
    path("desk/board/levels", board.change_level, name="console-desk-level"),
    path("desk/<int:review_id>", desk_case.case, name="console-case"),
    path("desk/<int:review_id>/decide", desk_case.decide, name="console-case-decide"),
    path("desk/<int:review_id>/draft", desk_case.keep_draft, name="console-case-draft"),
    path("desk/<int:review_id>/give", board.give, name="console-case-give"),
    path("desk/<int:review_id>/take", desk_case.take, name="console-case-take"),
    path("desk/<int:review_id>/release", desk_case.release, name="console-case-release"),
    path("desk/<int:review_id>/snooze", desk_case.snooze, name="console-case-snooze"),
    path("desk/<int:review_id>/wake", desk_case.wake, name="console-case-wake"),
]
