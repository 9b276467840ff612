"""Keys, their ends, backups and drills: two people for an end, and a certificate that nobody changes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from keizoku.kernel.database.guards import append_only

KEEP_CERTIFICATE = """
CREATE FUNCTION safekeeping_guard_destruction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'requested' THEN
            RAISE EXCEPTION 'a destruction begins with a request' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.state <> 'requested' THEN
        RAISE EXCEPTION 'a destruction that was answered stays as it is' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.epoch <> OLD.epoch OR NEW.requested_by_id <> OLD.requested_by_id THEN
        RAISE EXCEPTION 'a request stays as it was made' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_certificate BEFORE INSERT OR UPDATE OR DELETE ON safekeeping_destruction
    FOR EACH ROW EXECUTE FUNCTION safekeeping_guard_destruction();
ALTER TABLE safekeeping_destruction ENABLE ALWAYS TRIGGER keep_certificate;
REVOKE DELETE, TRUNCATE ON safekeeping_destruction FROM keizoku_app;
"""
UNDO_KEEP_CERTIFICATE = """
DROP TRIGGER keep_certificate ON safekeeping_destruction;
DROP FUNCTION safekeeping_guard_destruction();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kernel", "0003_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Backup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=40)),
                ("place", models.CharField(max_length=200)),
                ("seconds", models.FloatField()),
                ("size", models.BigIntegerField()),
                ("rows", models.BigIntegerField()),
                ("has_keys", models.BooleanField()),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Drill",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=40)),
                ("seconds", models.FloatField()),
                ("is_passed", models.BooleanField()),
                ("result", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="Superseded",
            fields=[
                ("epoch", models.IntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("xid", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Reencryption",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("target", models.IntegerField()),
                ("started_at", models.DateTimeField()),
                ("started_by", models.CharField(max_length=40)),
                ("worked_s", models.FloatField(default=0)),
                ("rows", models.BigIntegerField(default=0)),
                ("expected", models.BigIntegerField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("target"),
                        condition=models.Q(("finished_at", None)),
                        name="safekeeping_one_pass_running",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Destruction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("epoch", models.IntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("requested", "承認待ち"), ("withdrawn", "取り下げ"), ("done", "破棄済み")],
                        default="requested",
                        max_length=10,
                    ),
                ),
                ("requested_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("certificate", models.JSONField(null=True)),
                ("signature", models.CharField(blank=True, max_length=128)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["requested", "done"])),
                        fields=("epoch",),
                        name="safekeeping_one_destruction",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(
                                ("decided_by__isnull", False),
                                models.Q(("decided_by", models.F("requested_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="safekeeping_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(
                                ("certificate__isnull", False), models.Q(("signature", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="safekeeping_done_is_certified",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Progress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table_name", models.CharField(max_length=63)),
                ("cursor", models.BigIntegerField(default=0)),
                ("rows", models.BigIntegerField(default=0)),
                ("is_done", models.BooleanField(default=False)),
                (
                    "pass_of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="progress",
                        to="safekeeping.reencryption",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("pass_of", "table_name"), name="safekeeping_one_progress")
                ],
            },
        ),
        migrations.RunSQL(KEEP_CERTIFICATE, UNDO_KEEP_CERTIFICATE),
        append_only("safekeeping_backup"),
        append_only("safekeeping_drill"),
    ]
