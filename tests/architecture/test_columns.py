"""What identifies a person is encrypted. Every column that could hold text or bytes is listed with what it holds,
so that a new one cannot be forgotten: it fails here until somebody has thought about it.
"""

from django.apps import apps
from django.db import connection, models

from keizoku.kernel.crypto.columns import tables

ROOMS = {
    "kernel",
    "audit",
    "accounts",
    "safekeeping",
    "customers",
    "risk",
    "forms",
    "delivery",
    "reviews",
    "campaigns",
    "retention",
}

# Encrypted by kernel.crypto.field, bound to their row.
ENCRYPTED = {
    *(
        f"customers.RecordVersion.{field}"
        for field in (
            "number",
            "name",
            "kana",
            "birth_date",
            "postal_code",
            "address",
            "phone",
            "email",
            "account",
        )
    ),
    "customers.Consent.evidence",
    "customers.ImportConflict.proposed",
    "customers.LineEvent.payload",
    "customers.LineLink.user_id",
    "customers.Note.payload",
    *(f"customers.RelationFact.{field}" for field in ("name", "kana", "birth_date", "address")),
    "customers.Task.words",
    "forms.Draft.payload",
    "reviews.Answer.payload",
    "reviews.Decision.note",
    "reviews.ProposedChange.value",
    "retention.Hold.payload",
    "risk.Circumstance.payload",
}

# Keyed digests: they tell equal from different, and nothing else.
KEYED_DIGESTS = {
    "customers.Customer.number_token",
    "customers.Duplicate.evidence",
    "customers.LineLink.nonce_token",
    "customers.LineLink.user_token",
    "customers.Lookup.token",
    "customers.RecordVersion.digests",
    "customers.Relation.person_digest",
    "customers.Relation.person_token",
    "reviews.Answer.digest",
    "reviews.CodeGuess.source",
}

# Nobody's personal data: codes, reasons, digests of rules, our own words, staff.
CLEAR = {
    "accounts.ApiKey.department",
    "accounts.ApiKey.granted_by",
    "accounts.ApiKey.name",
    "accounts.ApiKey.prefix",
    "accounts.ApiKey.revoked_by",
    "accounts.ApiKey.scopes",
    "accounts.ApiKey.token_hash",
    "accounts.SignInTicket.token_hash",
    "accounts.Staff.department",
    "accounts.Staff.display_name",
    "accounts.Staff.login",
    "accounts.Staff.password",
    "accounts.Staff.role",
    "audit.AnchorAttempt.fault",
    "audit.AnchorAttempt.place",
    "audit.AnchorReceipt.digest",
    "audit.AnchorReceipt.place",
    "audit.AnchorReceipt.place_key",
    "audit.AnchorReceipt.signature",
    "audit.Block.digest",
    "audit.Block.entry_digests",
    "audit.Block.entry_ids",
    "audit.Block.next_key",
    "audit.Block.previous",
    "audit.Block.previous_digest",
    "audit.Block.public_key",
    "audit.Block.root",
    "audit.Block.signature",
    "audit.BulkRead.digest",
    "audit.BulkRead.ids",
    "audit.Entry.action",
    "audit.Entry.actor_id",
    "audit.Entry.actor_kind",
    "audit.Entry.details",
    "audit.Entry.purpose",
    "audit.Entry.subject_kind",
    "campaigns.AudienceVersion.digest",
    "campaigns.AudienceVersion.condition",
    "campaigns.AudienceVersion.note",
    "campaigns.Campaign.approval_digest",
    "campaigns.Campaign.audience",
    "campaigns.Campaign.audience_digest",
    "campaigns.Campaign.name",
    "campaigns.Campaign.request_digest",
    "campaigns.Campaign.state",
    "campaigns.Course.condition",
    "campaigns.Course.identity_method",
    "campaigns.Course.name",
    "campaigns.Exclusion.reason",
    "campaigns.Journey.made_by",
    "campaigns.Journey.name",
    "campaigns.JourneyStep.channel",
    "campaigns.JourneyStep.condition",
    "campaigns.JourneyVersion.digest",
    "campaigns.JourneyVersion.made_by",
    "campaigns.JourneyVersion.note",
    "campaigns.SavedAudience.name",
    "campaigns.SavedAudience.origin",
    "campaigns.Skip.reason",
    "campaigns.Step.channel",
    "campaigns.Step.condition",
    "customers.AttributeValue.name",
    "customers.AttributeValue.reason",
    "customers.AttributeValue.source",
    # typed and closed: choices, numbers, days, flags; never free text
    "customers.AttributeValue.value",
    "customers.AttributeValue.written_by",
    "customers.AttributeVersion.approved_by",
    "customers.AttributeVersion.definition",
    "customers.AttributeVersion.digest",
    "customers.AttributeVersion.made_by",
    "customers.AttributeVersion.name",
    "customers.AttributeVersion.state",
    "customers.AttributeVersion.type",
    "customers.ChannelStop.channel",
    "customers.Consent.act",
    "customers.Consent.purpose",
    "customers.Consent.recorded_by",
    "customers.Consent.source",
    "customers.Consent.words_digest",
    "customers.ContactPoint.channel",
    "customers.ContactPoint.evidence",
    "customers.ContactPoint.state",
    "customers.ContactStop.reason",
    "customers.Customer.kind",
    "customers.Customer.state",
    "customers.Ending.kind",
    "customers.Ending.reason",
    "customers.Ending.recorded_by",
    "customers.Fact.attributes",
    "customers.Fact.branch",
    "customers.Fact.kind",
    "customers.Fact.nationality",
    "customers.Fact.occupation",
    "customers.Fact.products",
    "customers.Fact.purpose",
    "customers.ColumnMapping.columns",
    "customers.ColumnMapping.created_by",
    "customers.ColumnMapping.header_digest",
    "customers.ColumnMapping.name",
    "customers.Duplicate.choices",
    "customers.Duplicate.decided_by",
    "customers.Duplicate.proposal_digest",
    "customers.Duplicate.proposed_by",
    "customers.Duplicate.reasons",
    "customers.Duplicate.state",
    "customers.ImportConflict.decided_by",
    "customers.ImportConflict.field",
    "customers.ImportConflict.state",
    "customers.ImportRejection.code",
    "customers.ImportRejection.column",
    "customers.ImportRejection.reason",
    "customers.ImportRun.encoding",
    "customers.ImportRun.failure",
    "customers.ImportRun.file_name",
    "customers.ImportRun.remarks",
    "customers.ImportRun.sha256",
    "customers.ImportRun.sheet",
    "customers.ImportRun.started_by",
    "customers.ImportRun.state",
    "customers.ImportUpload.checked",
    "customers.ImportUpload.failure",
    "customers.ImportUpload.file",
    "customers.ImportUpload.file_name",
    "customers.ImportUpload.header",
    "customers.ImportUpload.requested_by",
    "customers.ImportUpload.sha256",
    "customers.ImportUpload.sheet",
    "customers.ImportUpload.sheets",
    "customers.ImportUpload.state",
    "customers.LineEvent.event_id",
    "customers.LineEvent.kind",
    "customers.LineLink.ended_because",
    "customers.LineLink.ended_by",
    "customers.LineLink.state",
    "customers.Lookup.kind",
    "customers.RecordVersion.exceptions",
    # what facts and attributes say in the clear anyway, as decided
    "customers.RecordVersion.facts",
    "customers.RecordVersion.source",
    "customers.RecordVersion.written_by",
    "customers.Note.written_by",
    "customers.Relation.kind",
    "customers.RelationFact.basis",
    "customers.RelationFact.change",
    "customers.RelationFact.confirmed_by",
    "customers.RelationFact.source",
    "customers.RelationFact.written_by",
    "customers.RelationImport.encoding",
    "customers.RelationImport.file_name",
    "customers.RelationImport.sha256",
    "customers.RelationImport.started_by",
    "customers.RelationRejection.code",
    "customers.RelationRejection.column",
    "customers.RelationRejection.reason",
    "customers.Task.ended_by",
    "customers.Task.kind",
    "customers.Task.opened_by",
    "customers.Task.origin",
    "customers.Task.owner_role",
    "customers.Task.state",
    "customers.ReturnFile.downloaded_by",
    "customers.ReturnFile.file",
    "customers.ReturnFile.produced_by",
    "customers.ReturnFile.sha256",
    "customers.ReturnReissue.asked_by",
    "customers.ReturnReissue.cause",
    "customers.ReturnReissue.confirmed_by",
    "customers.ReturnReissue.downloaded_by",
    "customers.ReturnReissue.state",
    "customers.ReturnRow.field",
    "customers.ReturnRow.handled_by",
    "customers.ReturnRow.refusal",
    "customers.ReturnRow.remedy",
    "customers.ReturnRow.state",
    "delivery.Chunk.state",
    "delivery.Chunk.worker",
    "delivery.Counter.channel",
    "delivery.Counter.code",
    "delivery.Counter.result",
    "delivery.MessageVersion.body",
    "delivery.MessageVersion.button_label",
    "delivery.MessageVersion.channel",
    "delivery.MessageVersion.digest",
    "delivery.MessageVersion.made_by",
    "delivery.MessageVersion.name",
    "delivery.MessageVersion.subject",
    "delivery.RawEvent.body",
    "delivery.RawEvent.carrier",
    "delivery.RawEvent.problem",
    "delivery.Receipt.carrier",
    "delivery.Receipt.event_id",
    "delivery.Receipt.kind",
    "delivery.Wave.channel",
    "forms.QuestionnaireVersion.digest",
    "forms.QuestionnaireVersion.questionnaire",
    "forms.QuestionnaireVersion.text",
    "kernel.EncryptedColumn.column_name",
    "kernel.EncryptedColumn.key_name",
    "kernel.EncryptedColumn.table_name",
    "kernel.Installation.kind",
    "kernel.KeyringMark.fingerprint",
    "retention.Batch.kind",
    "retention.Batch.rows",
    "retention.Certificate.public_key",
    "retention.Certificate.signature",
    "retention.Certificate.text",
    "retention.Hold.lifted_by",
    "retention.Hold.placed_by",
    "retention.Item.kind",
    "retention.Item.outcome",
    "retention.Plan.approval_digest",
    "retention.Plan.approved_by",
    "retention.Plan.digest",
    "retention.Plan.ended_because",
    "retention.Plan.made_by",
    "retention.Plan.state",
    "retention.Plan.summary",
    "retention.Policy.approved_by",
    "retention.Policy.digest",
    "retention.Policy.made_by",
    "retention.Policy.periods",
    "retention.Policy.state",
    "retention.Policy.text",
    "reviews.Answer.entry",
    "reviews.Decision.outcome",
    "reviews.Decision.reason_code",
    "reviews.ProposedChange.field",
    "reviews.ProposedChange.kind",
    "reviews.Review.help_kind",
    "reviews.Review.state",
    "risk.DryRun.digest",
    "risk.DryRun.made_by",
    "risk.DryRun.question",
    "risk.DryRun.result",
    "risk.Circumstance.bound",
    "risk.Circumstance.decided_by",
    "risk.Circumstance.level",
    "risk.Circumstance.made_by",
    "risk.Circumstance.state",
    "risk.Event.kind",
    "risk.Event.recorded_by",
    "risk.Rating.level",
    "risk.Rating.level_basis",
    "risk.Rating.scored_level",
    "risk.Standing.settled_level",
    "risk.Rating.missing",
    "risk.Rating.reasons",
    "risk.Scorecard.approved_by",
    "risk.Scorecard.digest",
    "risk.Scorecard.made_by",
    "risk.Scorecard.state",
    "risk.Scorecard.text",
    "risk.SimplifiedChange.failed",
    "risk.Trial.failure",
    "risk.Trial.found",
    "risk.Trial.made_by",
    "risk.Trial.question",
    "risk.Trial.state",
    "risk.Standing.due_basis",
    "risk.Standing.level",
    "safekeeping.Backup.digest",
    "safekeeping.Backup.made_by",
    "safekeeping.Backup.place",
    "safekeeping.Destruction.certificate",
    "safekeeping.Destruction.signature",
    "safekeeping.Destruction.state",
    "safekeeping.Drill.made_by",
    "safekeeping.Drill.result",
    "safekeeping.Progress.table_name",
    "safekeeping.Reencryption.started_by",
}
HOLDS_TEXT = (models.CharField, models.TextField, models.BinaryField, models.JSONField)


def columns():
    found = set()
    for model in apps.get_models():
        if model._meta.app_label in ROOMS:
            for field in model._meta.local_fields:
                if isinstance(field, HOLDS_TEXT) or field.get_internal_type() == "ArrayField":
                    found.add(f"{model._meta.app_label}.{model.__name__}.{field.name}")
    return found


def test_every_column_that_can_hold_text_is_known():
    unknown = columns() - ENCRYPTED - KEYED_DIGESTS - CLEAR
    assert unknown == set(), "encrypt it, or say in this file why it needs no encryption"


def test_nothing_is_listed_that_does_not_exist():
    gone = (
        (ENCRYPTED | KEYED_DIGESTS | CLEAR)
        - columns()
        - {"audit.Block.previous", "audit.Block.previous_digest"}
    )
    assert gone == set()


def test_every_encrypted_column_is_registered_for_a_change_of_keys():
    """What is not registered would be lost with its key."""
    registered = {f"{table.table}.{column}" for table in tables() for column in table.columns}
    listed = set()
    for name in ENCRYPTED:
        app, model, field = name.split(".")
        listed.add(f"{apps.get_model(app, model)._meta.db_table}.{field}")
    assert registered == listed, "list it in the room's encrypted.py, and here under ENCRYPTED"


def test_registered_keys_bind_to_what_the_row_holds(db):
    """Each room's SQL for record and subject is valid, and the key is the table's primary key."""
    with connection.cursor() as cursor:
        for table in tables():
            columns = ", ".join(table.columns)
            cursor.execute(
                f"SELECT t.{table.key}, {table.record}, {table.subject or 'NULL'}, {columns} FROM {table.table} t"
            )
            cursor.execute(
                "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid"
                " AND a.attnum = ANY (i.indkey) WHERE i.indisprimary AND i.indrelid = %s::regclass",
                [table.table],
            )
            assert cursor.fetchall() == [(table.key,)], table.table


def test_encrypted_columns_hold_bytes():
    for name in ENCRYPTED:
        app, model, field = name.split(".")
        assert isinstance(apps.get_model(app, model)._meta.get_field(field), models.BinaryField), name
