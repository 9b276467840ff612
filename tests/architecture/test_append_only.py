"""Tables whose rows are only ever added refuse everything else: by right and by trigger, the owner included."""

import pytest
from django.db import connection

APPEND_ONLY = {
    "audit_anchorreceipt",
    "audit_block",
    "audit_bulkread",
    "audit_entry",
    "campaigns_answercount",
    "campaigns_audienceversion",
    "campaigns_contact",
    "campaigns_edit",
    "campaigns_gatheredchunk",
    "campaigns_headcount",
    "campaigns_incidententry",
    "campaigns_incidentrecipient",
    "campaigns_journeystep",
    "campaigns_journeyversion",
    "campaigns_silentevent",
    "campaigns_silentproof",
    "campaigns_skip",
    "customers_attributevalue",
    "customers_consent",
    "customers_ending",
    "customers_note",
    "customers_recordversion",
    "customers_stopdoubt",
    "customers_relationfact",
    "delivery_attempt",
    "delivery_codeattempt",
    "delivery_codeoutcome",
    "delivery_counter",
    "delivery_delivery",
    "delivery_letter",
    "delivery_letterreturn",
    "delivery_messageversion",
    "delivery_outcome",
    "delivery_receipt",
    "forms_editionstep",
    "identity_check",
    "identity_confirmationrecord",
    "identity_decision",
    "identity_derivative",
    "identity_finding",
    "identity_label",
    "identity_reading",
    "identity_providerresult",
    "identity_shot",
    "identity_skip",
    "identity_stagedone",
    "identity_templatedeletion",
    "kernel_installation",
    "retention_batch",
    "retention_certificate",
    "reviews_answer",
    "reviews_callstep",
    "reviews_confirmation",
    "reviews_decision",
    "reviews_formerreference",
    "reviews_paperkeying",
    "reviews_paperresolution",
    "reviews_judgement",
    "reviews_policytrial",
    "reviews_proposedchange",
    "reviews_qualityshare",
    "risk_dryrun",
    "risk_event",
    "risk_rating",
    "risk_simplifiedchange",
    "safekeeping_backup",
    "safekeeping_drill",
}


@pytest.mark.parametrize("table", sorted(APPEND_ONLY))
def test_app_may_only_add(db, table):
    with connection.cursor() as cursor:
        for right in ("UPDATE", "DELETE", "TRUNCATE"):
            cursor.execute("SELECT has_table_privilege('keizoku_app', %s, %s)", [table, right])
            assert cursor.fetchone() == (False,), f"{right} on {table}"


def test_every_guarded_table_is_known_here(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE t.tgname = 'append_only' AND t.tgenabled = 'A' AND NOT c.relispartition"
        )
        guarded = {name for (name,) in cursor.fetchall()}

    assert guarded - {"forms_questionnaireversion"} == APPEND_ONLY


def test_app_owns_nothing_and_is_no_superuser(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relowner = 'keizoku_app'::regrole AND relpersistence = 'p'"
        )
        assert cursor.fetchone() == (0,)
        cursor.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = 'keizoku_app'"
        )
        assert cursor.fetchone() == (False, False, False)
