"""The course a wave belongs to, when it was planned, and until when it may be sent (both in business time)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0003_engine")]
    operations = [
        migrations.AddField("wave", "course", models.SmallIntegerField(default=1)),
        migrations.AddField("wave", "planned_at", models.DateTimeField(null=True)),
        migrations.AddField("wave", "send_until", models.DateTimeField(null=True)),
    ]
