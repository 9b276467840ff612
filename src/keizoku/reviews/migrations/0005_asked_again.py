"""A decision to ask again names its questions, and what the customer is told with them."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0004_list_speed")]
    operations = [
        migrations.AddField(
            "decision",
            "asked",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60), default=list, size=None
            ),
        ),
        migrations.AddField("decision", "words", models.CharField(blank=True, default="", max_length=20)),
        migrations.AlterField("decision", "words", models.CharField(blank=True, max_length=20)),
    ]
