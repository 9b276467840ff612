"""What a course's people are asked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0011_export_watermark")]
    operations = [
        migrations.AddField(
            "course", "questionnaire", models.CharField(blank=True, db_default="", max_length=30)
        ),
    ]
