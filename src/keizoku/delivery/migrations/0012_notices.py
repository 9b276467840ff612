"""The lane also tells a contact point, as it was, that it has been changed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0011_receipt_counters")]
    operations = [
        migrations.AddField("code", "record_version", models.IntegerField(null=True)),
    ]
