"""One row a channel: what of its carrier's limits is used, shared by all workers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0004_courses")]
    operations = [
        migrations.CreateModel(
            name="Allowance",
            fields=[
                ("channel", models.CharField(max_length=10, primary_key=True, serialize=False)),
                ("free_at", models.DateTimeField()),
                ("pace", models.SmallIntegerField(default=100)),
                ("slowed_at", models.DateTimeField(null=True)),
                ("day", models.DateField()),
                ("used_today", models.IntegerField(default=0)),
                ("month", models.DateField()),
                ("used_this_month", models.IntegerField(default=0)),
            ],
        )
    ]
