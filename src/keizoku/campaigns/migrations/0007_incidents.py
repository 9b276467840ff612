"""Incidents, their recipients and their log; the second pair of eyes at the end; how long they are kept."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from keizoku.kernel.database.guards import append_only

GUARDS = """
CREATE FUNCTION campaigns_incident_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'proposed' OR NEW.closed_by IS NOT NULL THEN
            RAISE EXCEPTION 'an incident begins proposed' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.campaign_id <> OLD.campaign_id THEN
        RAISE EXCEPTION 'incident % stays with its campaign', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.recipients_fixed_at IS NOT NULL
       AND (NEW.recipients_count, NEW.recipients_digest, NEW.recipients_fixed_at)
           IS DISTINCT FROM (OLD.recipients_count, OLD.recipients_digest, OLD.recipients_fixed_at) THEN
        RAISE EXCEPTION 'the recipients of incident % are fixed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'closing' AND OLD.state <> 'closing' AND NEW.close_asked_by IS NULL THEN
        RAISE EXCEPTION 'the end of incident % is asked for by somebody', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.state = 'closed' AND OLD.state <> 'closed' THEN
        IF OLD.state <> 'closing' OR NEW.closed_by IS NULL OR NEW.closed_by = OLD.close_asked_by
           OR NEW.close_asked_by IS DISTINCT FROM OLD.close_asked_by THEN
            RAISE EXCEPTION 'incident % is closed by another than who asked for it', OLD.id
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    ELSIF NEW.closed_by IS DISTINCT FROM OLD.closed_by THEN
        RAISE EXCEPTION 'who closed incident % is written once', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('closed', 'dismissed') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'incident % is over', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER four_eyes BEFORE INSERT OR UPDATE ON campaigns_incident
    FOR EACH ROW EXECUTE FUNCTION campaigns_incident_four_eyes();
ALTER TABLE campaigns_incident ENABLE ALWAYS TRIGGER four_eyes;
"""
UNDO_GUARDS = """
DROP TRIGGER four_eyes ON campaigns_incident;
DROP FUNCTION campaigns_incident_four_eyes();
"""
KIND = [
    "incident",
    "settled",
    12,
    (
        "SELECT i.id AS subject, NULL::bigint AS customer_id, i.campaign_id, "
        "(i.state_since AT TIME ZONE 'Asia/Tokyo')::date AS since "
        "FROM campaigns_incident i WHERE i.state IN ('closed', 'dismissed') "
        "AND EXISTS (SELECT FROM campaigns_incidententry e WHERE e.incident_id = i.id)"
    ),
]
WAYS = ["campaigns_incidentrecipient", "campaigns_incidententry"]


def keep(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO retention_kind (name, start, least_months, due) VALUES (%s, %s, %s, %s)", KIND
        )
        for ordinal, table in enumerate(WAYS, start=1):
            cursor.execute(
                "INSERT INTO retention_way (kind, ordinal, table_name, verb, condition, assignments) "
                "VALUES ('incident', %s, %s, 'delete', 'incident_id = ANY($1)', '')",
                [ordinal, table],
            )


def forget(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM retention_way WHERE kind = 'incident'")
        cursor.execute("DELETE FROM retention_kind WHERE name = 'incident'")


def _key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _of(model: str, **options: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=model, **options)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0006_silent"), ("retention", "0003_kinds")]
    operations = [
        migrations.CreateModel(
            "Incident",
            [
                ("id", _key()),
                ("campaign", _of("campaigns.campaign", related_name="incidents")),
                (
                    "halt",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incident",
                        to="campaigns.halt",
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("state", models.CharField(default="proposed", max_length=10)),
                (
                    "state_since",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("known_on", models.DateField()),
                ("is_wrongful", models.BooleanField(default=False)),
                ("opened_by", models.BigIntegerField(null=True)),
                ("opened_at", models.DateTimeField(null=True)),
                ("recipients_count", models.IntegerField(null=True)),
                ("recipients_digest", models.CharField(blank=True, max_length=64)),
                ("recipients_fixed_at", models.DateTimeField(null=True)),
                ("correction", _of("campaigns.campaign", null=True, related_name="corrects")),
                ("preliminary_at", models.DateTimeField(null=True)),
                ("final_at", models.DateTimeField(null=True)),
                ("close_asked_by", models.BigIntegerField(null=True)),
                ("closed_by", models.BigIntegerField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["state"], name="campaigns_incident_state")]},
        ),
        migrations.CreateModel(
            "IncidentRecipient",
            [
                ("id", _key()),
                ("incident", _of("campaigns.incident", related_name="recipients", db_index=False)),
                ("campaign_id", models.BigIntegerField()),
                ("customer_id", models.BigIntegerField(db_index=True)),
                ("step", models.SmallIntegerField()),
                ("channel", models.CharField(max_length=10)),
                ("result", models.CharField(max_length=12)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("incident", "customer_id", "step"), name="campaigns_one_incident_recipient"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "IncidentEntry",
            [
                ("id", _key()),
                ("incident", _of("campaigns.incident", related_name="entries")),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("code", models.CharField(max_length=30)),
                ("words", models.BinaryField(null=True)),
                ("written_by", models.CharField(max_length=40)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.RunSQL(GUARDS, UNDO_GUARDS),
        append_only("campaigns_incidentrecipient"),
        append_only("campaigns_incidententry"),
        migrations.RunPython(keep, forget),
    ]
