"""What the house is set to: scorecards, attributes, imports and returns, retention, keys, staff."""

from django.urls import URLPattern, path

from keizoku.console.views import (
    api_keys,
    attributes,
    clock,
    conflicts,
    imports,
    keys,
    relation_imports,
    retention,
    retention_plans,
    returns,
    risk_overrides,
    risk_scorecards,
    risk_simplified,
    settings,
    subscriptions,
    uploads,
)

ROUTES: list[URLPattern] = [
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
    path(
        "settings/scorecards/<int:scorecard_id>/withdraw",
        risk_scorecards.withdraw,
        name="console-scorecard-withdraw",
    ),
    path(
        "settings/scorecards/<int:scorecard_id>/trial/progress",
        risk_scorecards.trial_progress,
        name="console-trial-progress",
    ),
    path("settings/simplified", risk_simplified.listing, name="console-simplified"),
    path("settings/attributes", attributes.listing, name="console-attributes"),
    path("settings/attributes/draft", attributes.draft, name="console-attribute-draft"),
    path("settings/attributes/<int:version_id>", attributes.version, name="console-attribute"),
    path(
        "settings/attributes/<int:version_id>/approve", attributes.approve, name="console-attribute-approve"
    ),
    path(
        "settings/attributes/<int:version_id>/withdraw",
        attributes.withdraw,
        name="console-attribute-withdraw",
    ),
    path("settings/attributes/<int:version_id>/end", attributes.end, name="console-attribute-end"),
    path("settings/overrides", risk_overrides.listing, name="console-overrides"),
    path("settings/overrides/<int:circumstance_id>", risk_overrides.decide, name="console-override-decide"),
    path("settings/imports", imports.runs, name="console-imports"),
    path("settings/imports/new", uploads.new, name="console-import-new"),
    path("settings/imports/uploads/<int:upload_id>", uploads.upload, name="console-upload"),
    path(
        "settings/imports/uploads/<int:upload_id>/progress", uploads.progress, name="console-upload-progress"
    ),
    path("settings/imports/uploads/<int:upload_id>/check", uploads.check, name="console-upload-check"),
    path("settings/imports/uploads/<int:upload_id>/sheet", uploads.sheet, name="console-upload-sheet"),
    path("settings/imports/uploads/<int:upload_id>/import", uploads.take, name="console-upload-import"),
    path("settings/imports/uploads/<int:upload_id>/discard", uploads.discard, name="console-upload-discard"),
    path("settings/imports/<int:run_id>", imports.run, name="console-import"),
    path("settings/imports/<int:run_id>/rejections", imports.rejections, name="console-import-rejections"),
    path("settings/relations", relation_imports.imports, name="console-relation-imports"),
    path("settings/relations/<int:run_id>", relation_imports.run, name="console-relation-import"),
    path("settings/conflicts", conflicts.conflicts, name="console-conflicts"),
    path("settings/returns", returns.returns, name="console-returns"),
    path("settings/returns/produce", returns.produce, name="console-return-produce"),
    path("settings/returns/<int:file_id>/download", returns.download, name="console-return-download"),
    path("settings/returns/<int:file_id>/settle", returns.settle, name="console-return-settle"),
    path("settings/returns/<int:file_id>/again", returns.ask_again, name="console-return-ask-again"),
    path("settings/returns/reissues/<int:reissue_id>", returns.reissue, name="console-return-reissue"),
    path(
        "settings/returns/reissues/<int:reissue_id>/withdraw",
        returns.withdraw,
        name="console-return-withdraw",
    ),
    path("settings/returns/<int:file_id>/manifest", returns.manifest, name="console-return-manifest"),
    path(
        "settings/returns/<int:file_id>/acknowledge", returns.acknowledge, name="console-return-acknowledge"
    ),
    path("settings/retention", retention.overview, name="console-retention"),
    path("settings/retention/draft", retention.draft, name="console-retention-draft"),
    path("settings/retention/policies/<int:policy_id>", retention.policy, name="console-retention-policy"),
    path(
        "settings/retention/policies/<int:policy_id>/approve",
        retention.approve_policy,
        name="console-retention-policy-approve",
    ),
    path("settings/retention/holds/new", retention.new_hold, name="console-retention-hold-new"),
    path(
        "settings/retention/holds/<int:hold_id>/lift", retention.lift_hold, name="console-retention-hold-lift"
    ),
    path("settings/retention/holds/<int:hold_id>/why", retention.why_held, name="console-retention-hold-why"),
    path("settings/retention/plans/make", retention_plans.make, name="console-retention-plan-make"),
    path("settings/retention/plans/<int:plan_id>", retention_plans.plan, name="console-retention-plan"),
    path(
        "settings/retention/plans/<int:plan_id>/approve",
        retention_plans.approve,
        name="console-retention-plan-approve",
    ),
    path(
        "settings/retention/plans/<int:plan_id>/withdraw",
        retention_plans.withdraw,
        name="console-retention-plan-withdraw",
    ),
    path(
        "settings/retention/plans/<int:plan_id>/stop",
        retention_plans.stop,
        name="console-retention-plan-stop",
    ),
    path(
        "settings/retention/plans/<int:plan_id>/certificate",
        retention_plans.certificate_page,
        name="console-retention-certificate",
    ),
    path(
        "settings/retention/plans/<int:plan_id>/certificate.json",
        retention_plans.certificate_file,
        name="console-retention-certificate-file",
    ),
    path("settings/keys", keys.keys, name="console-keys"),
    path("settings/keys/rotate", keys.rotate, name="console-keys-rotate"),
    path("settings/keys/reencrypt", keys.reencrypt, name="console-keys-reencrypt"),
    path("settings/keys/progress", keys.progress, name="console-keys-progress"),
    path("settings/keys/<int:epoch>/end", keys.request_end, name="console-keys-end"),
    path("settings/keys/ends/<int:destruction_id>", keys.approve_end, name="console-keys-approve"),
    path("settings/keys/ends/<int:destruction_id>/withdraw", keys.withdraw_end, name="console-keys-withdraw"),
    path(
        "settings/keys/ends/<int:destruction_id>/certificate",
        keys.certificate,
        name="console-keys-certificate",
    ),
    path("settings/api-keys", api_keys.api_keys, name="console-api-keys"),
    path("settings/api-keys/grant", api_keys.grant, name="console-api-key-grant"),
    path("settings/api-keys/<int:key_id>/take", api_keys.take, name="console-api-key-take"),
    path("settings/api-keys/<int:key_id>/replace", api_keys.replace, name="console-api-key-replace"),
    path("settings/api-keys/<int:key_id>/revoke", api_keys.revoke, name="console-api-key-revoke"),
    path("settings/subscriptions", subscriptions.subscriptions, name="console-subscriptions"),
    path("settings/subscriptions/make", subscriptions.subscribe, name="console-subscription-make"),
    path(
        "settings/subscriptions/<int:subscription_id>/secret",
        subscriptions.change_secret,
        name="console-subscription-secret",
    ),
    path(
        "settings/subscriptions/<int:subscription_id>/again",
        subscriptions.send_again,
        name="console-subscription-again",
    ),
    path(
        "settings/subscriptions/<int:subscription_id>/end",
        subscriptions.end,
        name="console-subscription-end",
    ),
]
