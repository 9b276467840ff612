"""What a request froze is counted once, by course and step; the desk's list of all that wait has an index in its order."""

from django.db import migrations, models

WAITING = ("contacting", "extended", "open", "other_channel", "proposed", "restricted")


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0008_numbers")]
    operations = [
        migrations.AddField("course", "people", models.IntegerField(null=True)),
        migrations.AddField("step", "people", models.IntegerField(null=True)),
        migrations.AddIndex(
            "silentcase",
            models.Index(
                condition=models.Q(("state__in", WAITING)),
                fields=["opened_on", "id"],
                name="campaigns_silent_waiting",
            ),
        ),
    ]
