"""Mailboxes of returned messages, and the complaint as the highest rank: whoever complains has received."""

from django.db import migrations, models

RANK = """
CREATE OR REPLACE FUNCTION delivery_rank(result text) RETURNS smallint LANGUAGE sql IMMUTABLE AS $$
    SELECT (CASE result WHEN 'deferred' THEN 0 WHEN 'skipped' THEN 1 WHEN 'unknown' THEN 2 WHEN 'rejected' THEN 3
            WHEN 'accepted' THEN 4 WHEN 'undelivered' THEN 5 WHEN 'delivered' THEN 6 WHEN 'complained' THEN 7 END)::smallint
$$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION delivery_rank(result text) RETURNS smallint LANGUAGE sql IMMUTABLE AS $$
    SELECT (CASE result WHEN 'deferred' THEN 0 WHEN 'skipped' THEN 1 WHEN 'unknown' THEN 2 WHEN 'rejected' THEN 3
            WHEN 'accepted' THEN 4 WHEN 'undelivered' THEN 5 WHEN 'delivered' THEN 6 END)::smallint
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0006_letters")]
    operations = [
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                ("channel", models.CharField(max_length=10, primary_key=True, serialize=False)),
                ("looked_at", models.DateTimeField(null=True)),
                ("fault", models.CharField(blank=True, max_length=60)),
                ("returned", models.IntegerField(default=0)),
                ("complained", models.IntegerField(default=0)),
                ("passed_over", models.IntegerField(default=0)),
                ("unread", models.IntegerField(default=0)),
            ],
        ),
        migrations.RunSQL(RANK, BEFORE),
    ]
