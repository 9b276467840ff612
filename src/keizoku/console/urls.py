"""Staff routes. Every view carries its permission (``screen``), or is marked ``public``."""

from django.urls import path

from keizoku.console.views import (
    audit,
    campaign_deciding,
    campaign_making,
    campaigns,
    clock,
    conflicts,
    customers,
    dashboard,
    desk,
    imports,
    returns,
    risk_customers,
    risk_overrides,
    risk_scorecards,
    settings,
    sign_in,
    uploads,
)

urlpatterns = [
    path("", dashboard.home, name="console-home"),
    path("sign-in", sign_in.sign_in, name="console-sign-in"),
    path("sign-out", sign_in.sign_out, name="console-sign-out"),
    path("ticket/<str:token>", sign_in.ticket, name="console-ticket"),
    path("campaigns", campaigns.listing, name="console-campaigns"),
    path("campaigns/new", campaign_making.new, name="console-campaign-new"),
    path("campaigns/count", campaign_making.count, name="console-campaign-count"),
    path("campaigns/words", campaign_making.words, name="console-campaign-words"),
    path("campaigns/<int:campaign_id>", campaigns.detail, name="console-campaign"),
    path("campaigns/<int:campaign_id>/progress", campaigns.progress, name="console-campaign-progress"),
    path("campaigns/<int:campaign_id>/edit", campaign_making.edit, name="console-campaign-edit"),
    path(
        "campaigns/<int:campaign_id>/request",
        campaign_deciding.request_approval,
        name="console-campaign-request",
    ),
    path("campaigns/<int:campaign_id>/approve", campaign_deciding.approve, name="console-campaign-approve"),
    path(
        "campaigns/<int:campaign_id>/send-back",
        campaign_deciding.send_back,
        name="console-campaign-send-back",
    ),
    path("campaigns/<int:campaign_id>/pause", campaign_deciding.pause, name="console-campaign-pause"),
    path("campaigns/<int:campaign_id>/resume", campaign_deciding.resume, name="console-campaign-resume"),
    path("campaigns/<int:campaign_id>/stop", campaign_deciding.stop, name="console-campaign-stop"),
    path("desk", desk.queue, name="console-desk"),
    path("desk/next", desk.take_next, name="console-desk-next"),
    path("desk/<int:review_id>", desk.case, name="console-case"),
    path("desk/<int:review_id>/decide", desk.decide, name="console-case-decide"),
    path("desk/<int:review_id>/release", desk.release, name="console-case-release"),
    path("customers", customers.search, name="console-customers"),
    path("customers/<int:customer_id>", customers.detail, name="console-customer"),
    path("customers/<int:customer_id>/reveal/<str:field>", customers.reveal, name="console-reveal"),
    path("customers/<int:customer_id>/risk", risk_customers.detail, name="console-customer-risk"),
    path("customers/<int:customer_id>/risk/event", risk_customers.event, name="console-risk-event"),
    path(
        "customers/<int:customer_id>/risk/override", risk_customers.override, name="console-risk-override"
    ),
    path(
        "customers/<int:customer_id>/risk/confidential",
        risk_customers.confidential,
        name="console-risk-confidential",
    ),
    path(
        "customers/<int:customer_id>/risk/circumstances/<int:circumstance_id>/end",
        risk_customers.end,
        name="console-risk-end",
    ),
    path("audit", audit.entries, name="console-audit"),
    path("audit/verify", audit.verify, name="console-audit-verify"),
    path("audit/who-saw", audit.who_saw, name="console-who-saw"),
    path("settings", settings.settings, name="console-settings"),
    path("settings/clock", clock.business_clock, name="console-clock"),
    path("settings/scorecard", settings.scorecard, name="console-scorecard"),
    path("settings/scorecards", risk_scorecards.listing, name="console-scorecards"),
    path("settings/scorecards/draft", risk_scorecards.draft, name="console-scorecard-draft"),
    path("settings/scorecards/<int:scorecard_id>", risk_scorecards.version, name="console-scorecard-version"),
    path(
        "settings/scorecards/<int:scorecard_id>/trial", risk_scorecards.trial, name="console-scorecard-trial"
    ),
    path(
        "settings/scorecards/<int:scorecard_id>/approve",
        risk_scorecards.approve,
        name="console-scorecard-approve",
    ),
    path("settings/overrides", risk_overrides.listing, name="console-overrides"),
    path(
        "settings/overrides/<int:circumstance_id>", risk_overrides.decide, name="console-override-decide"
    ),
    path("settings/imports", imports.runs, name="console-imports"),
    path("settings/imports/new", uploads.new, name="console-import-new"),
    path("settings/imports/uploads/<int:upload_id>", uploads.upload, name="console-upload"),
    path(
        "settings/imports/uploads/<int:upload_id>/progress", uploads.progress, name="console-upload-progress"
    ),
    path("settings/imports/uploads/<int:upload_id>/check", uploads.check, name="console-upload-check"),
    path("settings/imports/uploads/<int:upload_id>/import", uploads.take, name="console-upload-import"),
    path("settings/imports/uploads/<int:upload_id>/discard", uploads.discard, name="console-upload-discard"),
    path("settings/imports/<int:run_id>", imports.run, name="console-import"),
    path("settings/imports/<int:run_id>/rejections", imports.rejections, name="console-import-rejections"),
    path("settings/conflicts", conflicts.conflicts, name="console-conflicts"),
    path("settings/returns", returns.returns, name="console-returns"),
    path("settings/returns/produce", returns.produce, name="console-return-produce"),
    path("settings/returns/<int:file_id>/download", returns.download, name="console-return-download"),
    path("settings/returns/<int:file_id>/manifest", returns.manifest, name="console-return-manifest"),
    path(
        "settings/returns/<int:file_id>/acknowledge", returns.acknowledge, name="console-return-acknowledge"
    ),
    path("settings/staff", settings.staff, name="console-staff"),
    path("<path:rest>", dashboard.nowhere, name="console-nowhere"),
]
