"""Whether a letter encloses the questionnaire on paper."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0012_notices")]
    operations = [
        migrations.AddField(
            "messageversion", "has_form", models.BooleanField(default=False, db_default=False)
        )
    ]
