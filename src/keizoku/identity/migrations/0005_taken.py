"""When whoever asked has read what was found."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0004_decisions")]
    operations = [
        migrations.AddField("verification", "taken_at", models.DateTimeField(null=True)),
    ]
