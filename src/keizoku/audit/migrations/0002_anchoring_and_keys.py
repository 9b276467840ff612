"""What the places outside have taken, and which key signed a block and which it announces."""

from django.db import migrations, models

from keizoku.kernel.database.guards import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnchorAttempt",
            fields=[
                ("place", models.CharField(max_length=30, primary_key=True, serialize=False)),
                ("attempted_at", models.DateTimeField()),
                ("failed_since", models.DateTimeField(null=True)),
                ("failures", models.IntegerField(default=0)),
                ("fault", models.CharField(blank=True, max_length=50)),
                ("is_refused", models.BooleanField(default=False)),
            ],
        ),
        migrations.AddField(
            model_name="block",
            name="next_key",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="block",
            name="public_key",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.CreateModel(
            name="AnchorReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.CharField(max_length=30)),
                ("number", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("kept_at", models.DateTimeField()),
                ("place_key", models.CharField(max_length=64)),
                ("signature", models.CharField(max_length=128)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("place", "number"), name="audit_anchorreceipt_once")
                ],
            },
        ),
        append_only("audit_anchorreceipt"),
        migrations.RunSQL(
            "GRANT SELECT ON audit_anchorreceipt, audit_anchorattempt TO keizoku_auditor;",
            "REVOKE SELECT ON audit_anchorreceipt, audit_anchorattempt FROM keizoku_auditor;",
        ),
    ]
