"""A proposed change may come from a verified document; identity's number names it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0015_follow_up_tells"), ("identity", "0005_taken")]
    operations = [
        migrations.AddField("proposedchange", "verification_id", models.BigIntegerField(null=True)),
    ]
