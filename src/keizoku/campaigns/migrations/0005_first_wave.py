"""The launch in parts, the first wave, and the database's refusals around them."""

from importlib import import_module

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

# Who may approve, what is fixed by the request, who may go on: whatever the code does.
TRIGGER = """
CREATE OR REPLACE FUNCTION campaigns_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state THEN
        NEW.state_since := now();
    END IF;
    IF NEW.state = 'draft' AND OLD.approved_by IS NOT NULL THEN
        RAISE EXCEPTION 'campaign % was approved and cannot be a draft again', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'draft' AND NEW.state <> 'draft'
       AND (NEW.name, NEW.audience, NEW.answer_days, NEW.audience_digest, NEW.audience_count, NEW.request_digest, NEW.made_by,
            NEW.first_wave_size, NEW.audience_version_id)
           IS DISTINCT FROM
           (OLD.name, OLD.audience, OLD.answer_days, OLD.audience_digest, OLD.audience_count, OLD.request_digest, OLD.made_by,
            OLD.first_wave_size, OLD.audience_version_id)
    THEN
        RAISE EXCEPTION 'the content of campaign % is fixed by its request', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'launching' AND OLD.state = 'requested' THEN
        IF NEW.approved_by IS NULL OR NEW.approved_by = OLD.made_by OR NEW.approved_by = OLD.requested_by
           OR EXISTS (SELECT FROM campaigns_edit e WHERE e.campaign_id = OLD.id AND e.staff_id = NEW.approved_by)
           OR EXISTS (SELECT FROM campaigns_audienceversion v
                      WHERE v.id = OLD.audience_version_id AND v.made_by = NEW.approved_by)
           OR EXISTS (SELECT FROM campaigns_course c JOIN campaigns_journeyversion j ON j.id = c.journey_version_id
                      WHERE c.campaign_id = OLD.id AND j.made_by = NEW.approved_by::text)
           OR EXISTS (SELECT FROM campaigns_step s JOIN delivery_messageversion m ON m.id = s.message_id
                      WHERE s.campaign_id = OLD.id AND m.made_by = NEW.approved_by::text) THEN
            RAISE EXCEPTION 'campaign % needs an approver who made and edited none of it', OLD.id
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF EXISTS (SELECT FROM campaigns_anomaly n WHERE n.campaign_id = OLD.id AND n.request_digest = OLD.request_digest
                   AND n.confirmed_by IS DISTINCT FROM NEW.approved_by) THEN
            RAISE EXCEPTION 'campaign % has an anomaly without a reason of its approver', OLD.id
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF NEW.approval_digest <> OLD.request_digest THEN
            RAISE EXCEPTION 'campaign % changed after its request', OLD.id USING ERRCODE = 'insufficient_privilege';
        END IF;
    ELSIF NEW.approved_by IS DISTINCT FROM OLD.approved_by THEN
        RAISE EXCEPTION 'the approver of campaign % is written once, with its start', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state IN ('launching', 'first_wave', 'checking', 'running', 'paused', 'finished') AND NEW.approved_by IS NULL THEN
        RAISE EXCEPTION 'campaign % was not approved', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.state = 'running' AND NEW.first_wave_size > 0 AND NEW.confirmed_by IS NULL THEN
        RAISE EXCEPTION 'nobody has confirmed the first wave of campaign %', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.confirmed_by IS DISTINCT FROM OLD.confirmed_by AND NOT (OLD.state = 'checking' AND NEW.state = 'running') THEN
        RAISE EXCEPTION 'the first wave of campaign % is confirmed once, after it went out', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
_BEFORE: str = import_module("keizoku.campaigns.migrations.0002_audience").FOUR_EYES
UNDO = _BEFORE.split("CREATE TRIGGER campaigns_four_eyes", maxsplit=1)[0].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)


def _key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _of(model: str, **options: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=model, **options)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0004_journeys")]
    operations = [
        migrations.AddField(
            model_name="campaign",
            name="state_since",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name="campaign", name="first_wave_size", field=models.IntegerField(null=True)
        ),
        migrations.AddField(
            model_name="campaign", name="confirmed_by", field=models.BigIntegerField(null=True)
        ),
        migrations.AddField(
            model_name="campaign", name="confirmed_at", field=models.DateTimeField(null=True)
        ),
        migrations.CreateModel(
            name="Launch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("through", models.IntegerField(default=0)),
                ("opened", models.IntegerField(default=0)),
                ("overtaken", models.IntegerField(default=0)),
                ("began_at", models.DateTimeField(auto_now_add=True)),
                ("moved_at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("released_at", models.DateTimeField(null=True)),
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="launch",
                        to="campaigns.campaign",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            "Anomaly",
            [
                ("id", _key()),
                ("campaign", _of("campaigns.campaign", related_name="anomalies")),
                ("request_digest", models.CharField(max_length=64)),
                ("code", models.CharField(max_length=20)),
                ("about", models.CharField(blank=True, max_length=20)),
                ("weight", models.IntegerField()),
                ("figures", models.JSONField()),
                ("found_at", models.DateTimeField(auto_now_add=True)),
                ("confirmed_by", models.BigIntegerField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "request_digest", "code", "about", "weight"),
                        name="campaigns_one_anomaly",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "TrialSend",
            [
                ("id", _key()),
                ("campaign", _of("campaigns.campaign", related_name="test_sends")),
                ("message", _of("delivery.messageversion")),
                ("channel", models.CharField(max_length=10)),
                ("staff_id", models.BigIntegerField()),
                ("key", models.UUIDField()),
                ("sent_at", models.DateTimeField(auto_now_add=True)),
                ("result", models.CharField(blank=True, max_length=10)),
                ("code", models.CharField(blank=True, max_length=60)),
            ],
        ),
        migrations.CreateModel(
            "Halt",
            [
                ("id", _key()),
                ("campaign", _of("campaigns.campaign", related_name="halts")),
                ("channel", models.CharField(max_length=10)),
                ("figures", models.JSONField()),
                ("counter_id", models.BigIntegerField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("resumed_by", models.BigIntegerField(null=True)),
                ("resumed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RunSQL(TRIGGER, UNDO),
    ]
