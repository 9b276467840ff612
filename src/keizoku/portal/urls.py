"""Customers' routes, at the root of the public address."""

from django.urls import path

from keizoku.portal.views import answering, beside, capturing, entering, identity, linking, proving

app_name = "portal"
urlpatterns = [
    path("", entering.start, name="start"),
    path("r/<str:token>", entering.link, name="link"),
    path("r/<str:token>/not-you", beside.not_you, name="not_you_by_link"),
    path("r/<str:token>/help", beside.ask_for_help, name="help_by_link"),
    path("identify", entering.identify, name="identify"),
    path("resume", answering.resume, name="resume"),
    path("question/<int:number>", answering.question, name="question"),
    path("unchanged", answering.unchanged, name="unchanged"),
    path("prove", proving.prove, name="prove"),
    path("prove/code", proving.code, name="prove_code"),
    path("purposes", beside.purposes, name="purposes"),
    path("language", beside.language, name="language"),
    path("confirm", answering.confirm, name="confirm"),
    path("done", answering.done, name="done"),
    path("check", beside.check, name="check"),
    path("not-you", beside.not_you, name="not_you"),
    path("line/link", linking.start, name="link_start"),
    path("line/link/identify", linking.identify, name="link_identify"),
    path("line/link/back", linking.back, name="link_back"),
    path("help", beside.ask_for_help, name="help"),
    path("identity/s/<str:token>", identity.begin, name="capture_begin"),
    path("identity", identity.why, name="capture_why"),
    path("identity/document", identity.document, name="capture_document"),
    path("identity/camera", identity.camera, name="capture"),
    path("identity/ways", identity.ways, name="capture_ways"),
    path("identity/elsewhere", identity.elsewhere, name="capture_elsewhere"),
    path("identity/done", identity.done, name="capture_done"),
    path("identity/challenge", capturing.challenge, name="capture_challenge"),
    path("identity/shot", capturing.shot, name="capture_shot"),
    path("identity/skip", capturing.skip, name="capture_skip"),
    path("identity/finish", capturing.finish, name="capture_finish"),
    path("identity/face-finder", capturing.face_finder, name="capture_face_finder"),
]
