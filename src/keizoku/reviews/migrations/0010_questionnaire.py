"""What a review asks, where its campaign chose it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0009_policies_and_quality")]
    operations = [
        migrations.AddField(
            "review", "questionnaire", models.CharField(blank=True, db_default="", max_length=30)
        ),
    ]
