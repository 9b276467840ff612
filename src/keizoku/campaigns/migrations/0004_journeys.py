"""Journeys with versions, the courses of a campaign, and the course of each frozen person."""

import hashlib
import json
from datetime import time

import django.db.models.deletion
from django.db import migrations, models

from keizoku.campaigns.defaults import JOURNEYS
from keizoku.campaigns.journeys.rules.drafts import digest
from keizoku.kernel.database.guards import append_only

SUPPLIER = "setup"

# What was approved before there were courses is one course for everybody, at any hour, as it was.
COURSES = """
ALTER TABLE campaigns_audience ADD COLUMN course smallint NOT NULL DEFAULT 1;

INSERT INTO campaigns_course (campaign_id, ordinal, name, identity_method,
                              opens, closes, weekends, holidays, year_end)
SELECT id, 1, 'すべてのお客さま', 'knowledge', '00:00', '00:00', true, true, true FROM campaigns_campaign;

CREATE OR REPLACE FUNCTION campaigns_open_audience(campaign bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE TABLE %I (LIKE campaigns_audience INCLUDING DEFAULTS)', 'campaigns_audience_' || campaign);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO keizoku_app', 'campaigns_audience_' || campaign);
    EXECUTE format('REVOKE UPDATE, DELETE ON %I FROM keizoku_app', 'campaigns_audience_' || campaign);
END $$;

CREATE TRIGGER campaigns_fixed_courses BEFORE INSERT OR UPDATE OR DELETE ON campaigns_course
    FOR EACH ROW EXECUTE FUNCTION campaigns_fixed_steps();
"""
UNDO = """
DROP TRIGGER campaigns_fixed_courses ON campaigns_course;
ALTER TABLE campaigns_audience DROP COLUMN course;
"""


def supply(apps, schema_editor):
    """The journeys that an institution begins with, in the words of this version."""
    database = schema_editor.connection.alias  # the owner's, not the app's
    rows = {
        name: apps.get_model(room, name).objects.using(database)
        for room, name in (
            ("campaigns", "Journey"),
            ("campaigns", "JourneyVersion"),
            ("campaigns", "JourneyStep"),
            ("delivery", "MessageVersion"),
        )
    }
    for draft in reversed(JOURNEYS):  # the newest is offered first
        version = rows["JourneyVersion"].create(
            journey=rows["Journey"].create(name=draft.name, made_by=SUPPLIER),
            number=1,
            digest=digest(draft),
            note="はじめから入っている連絡手順",
            made_by=SUPPLIER,
        )
        for ordinal, step in enumerate(draft.steps, start=1):
            words = [step.channel, step.subject, step.body, step.button_label]
            message = rows["MessageVersion"].create(
                channel=step.channel,
                name=draft.name,
                subject=step.subject,
                body=step.body,
                button_label=step.button_label,
                digest=hashlib.sha256(json.dumps(words).encode()).hexdigest(),
                made_by=SUPPLIER,
            )
            rows["JourneyStep"].create(
                version=version,
                ordinal=ordinal,
                channel=step.channel,
                wait_days=step.wait_days,
                message=message,
            )


def _key() -> models.BigAutoField:  # type: ignore[type-arg]
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _timetable() -> list[tuple[str, models.Field]]:  # type: ignore[type-arg]
    return [
        ("id", _key()),
        ("opens", models.TimeField(default=time(9))),
        ("closes", models.TimeField(default=time(20))),
        ("weekends", models.BooleanField(default=False)),
        ("holidays", models.BooleanField(default=False)),
        ("year_end", models.BooleanField(default=False)),
        ("per_hour", models.IntegerField(null=True)),
        ("per_day", models.IntegerField(null=True)),
    ]


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0003_audiences"), ("delivery", "0004_courses")]
    operations = [
        migrations.CreateModel(
            "Journey",
            [
                ("id", _key()),
                ("name", models.CharField(max_length=60, unique=True)),
                ("made_by", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("archived_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            "JourneyVersion",
            [
                *_timetable(),
                (
                    "journey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="campaigns.journey",
                    ),
                ),
                ("number", models.IntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("made_by", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["journey", "number"], name="campaigns_one_journey_version"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "JourneyStep",
            [
                ("id", _key()),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="campaigns.journeyversion",
                    ),
                ),
                ("ordinal", models.SmallIntegerField()),
                ("channel", models.CharField(max_length=10)),
                ("wait_days", models.IntegerField()),
                ("condition", models.JSONField(null=True)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="delivery.messageversion"
                    ),
                ),
                ("per_hour", models.IntegerField(null=True)),
                ("per_day", models.IntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["version", "ordinal"], name="campaigns_one_journey_step")
                ]
            },
        ),
        migrations.CreateModel(
            "Course",
            [
                *_timetable(),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="courses",
                        to="campaigns.campaign",
                    ),
                ),
                ("ordinal", models.SmallIntegerField()),
                ("name", models.CharField(max_length=60)),
                ("condition", models.JSONField(null=True)),
                (
                    "journey_version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="campaigns.journeyversion",
                    ),
                ),
                ("identity_method", models.CharField(default="knowledge", max_length=20)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["campaign", "ordinal"], name="campaigns_one_course_a_place"
                    )
                ]
            },
        ),
        migrations.RemoveConstraint("step", "campaigns_one_step_a_place"),
        migrations.AddField("step", "course", models.SmallIntegerField(default=1)),
        migrations.AddField("step", "condition", models.JSONField(null=True)),
        migrations.AddField("step", "per_hour", models.IntegerField(null=True)),
        migrations.AddField("step", "per_day", models.IntegerField(null=True)),
        migrations.AddConstraint(
            "step",
            models.UniqueConstraint(
                fields=["campaign", "course", "ordinal"], name="campaigns_one_step_a_place"
            ),
        ),
        migrations.RunSQL(COURSES, UNDO),
        migrations.RunPython(supply, migrations.RunPython.noop),
        append_only("campaigns_journeyversion"),
        append_only("campaigns_journeystep"),
    ]
