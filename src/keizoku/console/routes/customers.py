"""One customer: the record, risk, relations, consents, notes; likely duplicates; tasks."""

from django.urls import URLPattern, path

from keizoku.console.views import (
    customer_attributes,
    customer_consents,
    customer_ending,
    customer_line,
    customer_notes,
    customer_relations,
    customer_stop,
    customers,
    duplicates,
    freshness,
    risk_customers,
    tasks,
)

ROUTES: list[URLPattern] = [
    path("customers", customers.search, name="console-customers"),
    path("customers/freshness", freshness.stale, name="console-freshness"),
    path("customers/<int:customer_id>", customers.detail, name="console-customer"),
    path("customers/<int:customer_id>/ending", customer_ending.ending, name="console-customer-ending"),
    path("customers/<int:customer_id>/stop", customer_stop.lift, name="console-customer-stop"),
    path("customers/<int:customer_id>/reveal/<str:field>", customers.reveal, name="console-reveal"),
    path(
        "customers/<int:customer_id>/attributes/<str:name>",
        customer_attributes.detail,
        name="console-customer-attribute",
    ),
    path(
        "customers/<int:customer_id>/attributes/<str:name>/change",
        customer_attributes.change,
        name="console-customer-attribute-change",
    ),
    path("customers/<int:customer_id>/risk", risk_customers.detail, name="console-customer-risk"),
    path("customers/<int:customer_id>/risk/event", risk_customers.event, name="console-risk-event"),
    path("customers/<int:customer_id>/risk/override", risk_customers.override, name="console-risk-override"),
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
    path("duplicates", duplicates.listing, name="console-duplicates"),
    path("duplicates/<int:duplicate_id>", duplicates.pair, name="console-duplicate"),
    path("duplicates/<int:duplicate_id>/propose", duplicates.propose, name="console-duplicate-propose"),
    path("duplicates/<int:duplicate_id>/approve", duplicates.approve, name="console-duplicate-approve"),
    path("duplicates/<int:duplicate_id>/send-back", duplicates.send_back, name="console-duplicate-send-back"),
    path("duplicates/<int:duplicate_id>/apart", duplicates.keep_apart, name="console-duplicate-apart"),
    path(
        "customers/<int:customer_id>/relations", customer_relations.listing, name="console-customer-relations"
    ),
    path("customers/<int:customer_id>/relations/add", customer_relations.add, name="console-relation-add"),
    path(
        "customers/<int:customer_id>/relations/<int:relation_id>/confirm",
        customer_relations.confirm,
        name="console-relation-confirm",
    ),
    path(
        "customers/<int:customer_id>/relations/<int:relation_id>/end",
        customer_relations.end,
        name="console-relation-end",
    ),
    path(
        "customers/<int:customer_id>/relations/<int:relation_id>/reveal/<str:field>",
        customer_relations.reveal,
        name="console-relation-reveal",
    ),
    path("customers/<int:customer_id>/line", customer_line.listing, name="console-customer-line"),
    path("customers/<int:customer_id>/line/end", customer_line.end, name="console-customer-line-end"),
    path("customers/<int:customer_id>/consents", customer_consents.listing, name="console-customer-consents"),
    path(
        "customers/<int:customer_id>/consents/record", customer_consents.record, name="console-consent-record"
    ),
    path(
        "customers/<int:customer_id>/consents/evidence",
        customer_consents.evidence,
        name="console-consent-evidence",
    ),
    path("customers/<int:customer_id>/notes", customer_notes.notes, name="console-customer-notes"),
    path("tasks", tasks.listing, name="console-tasks"),
    path("tasks/new", tasks.new, name="console-task-new"),
    path("tasks/<int:task_id>", tasks.detail, name="console-task"),
    path("tasks/<int:task_id>/act", tasks.act, name="console-task-act"),
]
