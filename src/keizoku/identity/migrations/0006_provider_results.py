"""Results that accredited providers signed, and how long they are kept."""

import django.db.models.deletion
from django.db import migrations, models

from keizoku.kernel.database.guards import append_only

# They go with the verification, before it (``identity.kept``); the ways that there are begin at 1.
KEEPING = """
INSERT INTO retention_way (kind, ordinal, table_name, verb, condition, assignments) VALUES
    ('identity', 0, 'identity_providerresult', 'delete',
     'verification_id IN (SELECT id FROM identity_verification WHERE customer_id = ANY($1))', ''),
    ('identity_applicant', 0, 'identity_providerresult', 'delete', 'verification_id = ANY($1)', ''),
    ('identity_nothing', 0, 'identity_providerresult', 'delete', 'verification_id = ANY($1)', '');
"""
UNDO_KEEPING = "DELETE FROM retention_way WHERE table_name = 'identity_providerresult'"


class Migration(migrations.Migration):
    dependencies = [("identity", "0005_taken")]
    operations = [
        migrations.CreateModel(
            name="ProviderResult",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("issuer", models.CharField(max_length=100)),
                ("evidence_id", models.CharField(max_length=100)),
                ("method", models.CharField(max_length=30)),
                ("is_verified", models.BooleanField()),
                ("issued_at", models.DateTimeField()),
                ("verified_at", models.DateTimeField()),
                ("payload", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("received_by", models.CharField(max_length=40)),
                ("received_at", models.DateTimeField()),
                (
                    "verification",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="provider_result",
                        to="identity.verification",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("issuer", "evidence_id"), name="identity_evidence_once")
                ]
            },
        ),
        append_only("identity_providerresult"),
        migrations.RunSQL(KEEPING, UNDO_KEEPING),
    ]
