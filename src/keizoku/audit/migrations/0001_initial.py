"""Entries, bulk reads and blocks: only ever added to. The app may insert no id, transaction or instant of its own."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import keizoku.audit.models
from keizoku.kernel.database.guards import append_only

RIGHTS = """
REVOKE INSERT ON audit_entry FROM keizoku_app;
GRANT INSERT (actor_kind, actor_id, action, subject_kind, subject_id, purpose, details) ON audit_entry TO keizoku_app;
GRANT SELECT ON audit_entry, audit_bulkread, audit_block TO keizoku_auditor;
"""
UNDO_RIGHTS = """
REVOKE SELECT ON audit_entry, audit_bulkread, audit_block FROM keizoku_auditor;
REVOKE INSERT (actor_kind, actor_id, action, subject_kind, subject_id, purpose, details) ON audit_entry FROM keizoku_app;
GRANT INSERT ON audit_entry TO keizoku_app;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "xid",
                    keizoku.audit.models.TransactionId(
                        db_default=keizoku.audit.models.CurrentTransactionId()
                    ),
                ),
                ("at", models.DateTimeField(db_default=keizoku.audit.models.WallTime())),
                ("business_at", models.DateTimeField(db_default=keizoku.audit.models.BusinessTime())),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.CharField(max_length=100)),
                ("action", models.CharField(max_length=200)),
                ("subject_kind", models.CharField(blank=True, max_length=50)),
                ("subject_id", models.BigIntegerField(null=True)),
                ("purpose", models.CharField(blank=True, max_length=200)),
                ("details", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("from_xid", keizoku.audit.models.TransactionId(unique=True)),
                ("to_xid", keizoku.audit.models.TransactionId(unique=True)),
                ("entries", models.IntegerField()),
                ("first_entry_id", models.BigIntegerField()),
                ("last_entry_id", models.BigIntegerField()),
                (
                    "entry_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("entry_digests", models.BinaryField()),
                ("root", models.BinaryField()),
                ("previous", models.BinaryField(unique=True)),
                ("digest", models.BinaryField(unique=True)),
                ("signature", models.BinaryField()),
                ("sealed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="audit_block_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_xid__lt", models.F("to_xid"))), name="audit_block_forward"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("entries__gte", 1)), name="audit_block_holds_entries"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkRead",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="audit.entry",
                    ),
                ),
                (
                    "ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["xid", "id"], name="audit_entry_sealing"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["subject_kind", "subject_id", "id"], name="audit_entry_subject"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["actor_kind", "actor_id", "id"], name="audit_entry_actor"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["action", "id"], name="audit_entry_action", opclasses=["text_pattern_ops", "int8_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="audit_entry_at"),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("actor_kind__in", ["staff", "customer", "system"])),
                name="audit_entry_actor_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("subject_id", None), ("subject_kind", "")),
                    models.Q(models.Q(("subject_kind", ""), _negated=True), ("subject_id__isnull", False)),
                    _connector="OR",
                ),
                name="audit_entry_subject_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="bulkread",
            index=django.contrib.postgres.indexes.GinIndex(fields=["ids"], name="audit_bulkread_ids"),
        ),
        append_only("audit_entry"),
        append_only("audit_bulkread"),
        append_only("audit_block"),
        migrations.RunSQL(RIGHTS, UNDO_RIGHTS),
    ]
