"""Opting out is derived, not written: a contact point is opted out exactly as long as a person's stop says so."""

from django.db import migrations, models

REACHABILITY = """
CREATE VIEW customers_reachability AS
SELECT p.customer_id, p.channel,
       CASE WHEN stop.since IS NOT NULL THEN 'opted_out' ELSE p.state END AS state,
       CASE WHEN stop.since IS NOT NULL THEN '' ELSE p.evidence END AS evidence,
       COALESCE(stop.since, p.changed_at) AS changed_at
FROM customers_contactpoint p
LEFT JOIN LATERAL (
    SELECT min(s.since) AS since FROM (
        SELECT created_at AS since FROM customers_contactstop
        WHERE customer_id = p.customer_id AND campaign_id IS NULL AND reason = 'opted_out'
        UNION ALL
        SELECT c.since FROM customers_channelstop c
        WHERE c.customer_id = p.customer_id
          AND p.channel = CASE c.channel WHEN 'email' THEN 'email' WHEN 'letter' THEN 'address'
                                         WHEN 'phone' THEN 'phone' WHEN 'sms' THEN 'phone' END
    ) AS s
) AS stop ON true;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0011_relation_ended"),
    ]

    operations = [
        migrations.AlterField(
            "contactpoint",
            "state",
            models.CharField(
                choices=[
                    ("unverified", "未確認"),
                    ("reachable", "到達確認済み"),
                    ("unreachable", "不達"),
                    ("opted_out", "連絡停止の申し出"),
                ],
                default="unverified",
                max_length=12,
            ),
        ),
        migrations.RunSQL(REACHABILITY, "DROP VIEW customers_reachability"),
    ]
