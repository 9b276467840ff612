"""Carriers' callbacks."""

from django.urls import path

from keizoku.webhooks import views

urlpatterns = [
    path("line", views.line, name="webhooks-line"),
    path("sms/<str:secret>", views.sms, name="webhooks-sms"),
]
