"""Staff routes. Every view carries its permission (``screen``), or is marked ``public``."""

from django.urls import path

from keizoku.console import language
from keizoku.console.routes import (
    campaigns,
    customers,
    desk,
    paper,
    phone,
    reviews,
    settings,
    staff,
    verifications,
)
from keizoku.console.views import (
    audit,
    dashboard,
    questionnaire_titles,
    questionnaire_writing,
    questionnaires,
)

urlpatterns = [
    path("", dashboard.home, name="console-home"),
    path("language", language.choose, name="console-language"),
    *desk.ROUTES,
    *verifications.ROUTES,
    path("audit", audit.entries, name="console-audit"),
    path("audit/verify", audit.verify, name="console-audit-verify"),
    path("audit/anchor", audit.anchor, name="console-audit-anchor"),
    path("audit/customer", audit.find_customer, name="console-audit-customer"),
    path("audit/who-saw", audit.who_saw, name="console-who-saw"),
    path("audit/who-saw.csv", audit.who_saw_table, name="console-who-saw-table"),
    path("questionnaires", questionnaires.listing, name="console-questionnaires"),
    path("questionnaires/new", questionnaire_titles.new, name="console-questionnaire-new"),
    path(
        "questionnaires/<int:edition_id>/title",
        questionnaire_titles.title,
        name="console-questionnaire-title",
    ),
    path("questionnaires/begin", questionnaires.begin, name="console-questionnaire-begin"),
    path("questionnaires/<int:edition_id>", questionnaires.version, name="console-questionnaire"),
    path("questionnaires/<int:edition_id>/request", questionnaires.ask, name="console-questionnaire-request"),
    path(
        "questionnaires/<int:edition_id>/approve",
        questionnaires.approve,
        name="console-questionnaire-approve",
    ),
    path(
        "questionnaires/<int:edition_id>/send-back",
        questionnaires.send_back,
        name="console-questionnaire-send-back",
    ),
    path(
        "questionnaires/<int:edition_id>/withdraw",
        questionnaires.withdraw,
        name="console-questionnaire-withdraw",
    ),
    path(
        "questionnaires/<int:edition_id>/retire", questionnaires.retire, name="console-questionnaire-retire"
    ),
    path(
        "questionnaires/<int:edition_id>/undo/<int:number>",
        questionnaires.undo,
        name="console-questionnaire-undo",
    ),
    path("questionnaires/<int:edition_id>/add", questionnaire_writing.add, name="console-questionnaire-add"),
    path(
        "questionnaires/<int:edition_id>/arrange",
        questionnaire_writing.arrange,
        name="console-questionnaire-arrange",
    ),
    path(
        "questionnaires/<int:edition_id>/compose",
        questionnaire_writing.compose,
        name="console-questionnaire-compose",
    ),
    path(
        "questionnaires/<int:edition_id>/preview",
        questionnaire_writing.preview,
        name="console-questionnaire-preview",
    ),
    path(
        "questionnaires/<int:edition_id>/question/<str:question_id>",
        questionnaire_writing.change,
        name="console-questionnaire-change",
    ),
    path(
        "questionnaires/<int:edition_id>/look/<str:question_id>",
        questionnaire_writing.look,
        name="console-questionnaire-look",
    ),
    *campaigns.ROUTES,
    *customers.ROUTES,
    *phone.ROUTES,
    *paper.ROUTES,
    *reviews.ROUTES,
    *settings.ROUTES,
    *staff.ROUTES,
    path("<path:rest>", dashboard.nowhere, name="console-nowhere"),
]
