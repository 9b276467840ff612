"""電話窓口: the desk, one call, the caller's answers, calls back."""

from django.urls import URLPattern, path

from keizoku.console.views import phone, phone_answers, phone_call, phone_call_backs

ROUTES: list[URLPattern] = [
    path("phone", phone.desk, name="console-phone"),
    path("phone/choose", phone.choose, name="console-phone-choose"),
    path("phone/calls/<int:call_id>", phone_call.detail, name="console-phone-call"),
    path("phone/calls/<int:call_id>/check", phone_call.check, name="console-phone-check"),
    path("phone/calls/<int:call_id>/number", phone_call.number, name="console-phone-number"),
    path("phone/calls/<int:call_id>/stop", phone_call.stop, name="console-phone-stop"),
    path("phone/calls/<int:call_id>/resume", phone_call.resume, name="console-phone-resume"),
    path("phone/calls/<int:call_id>/person", phone_call.person, name="console-phone-person"),
    path("phone/calls/<int:call_id>/code", phone_call.code, name="console-phone-code"),
    path("phone/calls/<int:call_id>/note", phone_call.note, name="console-phone-note"),
    path("phone/calls/<int:call_id>/book", phone_call.book, name="console-phone-book"),
    path("phone/calls/<int:call_id>/end", phone_call.end, name="console-phone-end"),
    path("phone/calls/<int:call_id>/answers", phone_answers.resume, name="console-phone-answers"),
    path(
        "phone/calls/<int:call_id>/answers/<int:number>",
        phone_answers.question,
        name="console-phone-question",
    ),
    path("phone/calls/<int:call_id>/answers/confirm", phone_answers.confirm, name="console-phone-confirm"),
    path("phone/call-backs", phone_call_backs.listing, name="console-call-backs"),
    path("phone/call-backs/<int:call_back_id>/act", phone_call_backs.act, name="console-call-back-act"),
]
