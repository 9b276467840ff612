"""Trials of drafts, kept as they came out."""

import django.db.models.deletion
from django.db import migrations, models

from keizoku.kernel.database.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("risk", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="DryRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("on", models.DateField()),
                ("made_by", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("question", models.JSONField()),
                ("result", models.JSONField()),
                (
                    "scorecard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dry_runs",
                        to="risk.scorecard",
                    ),
                ),
            ],
        ),
        append_only("risk_dryrun"),
    ]
