"""Names are found by a table of their own; those of an earlier version are made anew by ``keizoku search rebuild``."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0007_consents_notes_tasks"),
    ]

    operations = [
        migrations.CreateModel(
            name="NameToken",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "token", "customer_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("token", models.BigIntegerField()),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
            ],
        ),
        # They were kept among the other look-ups.
        migrations.RunSQL("DELETE FROM customers_lookup WHERE kind = 'name'", migrations.RunSQL.noop),
    ]
