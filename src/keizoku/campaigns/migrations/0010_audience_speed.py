"""Indexes by which a count finds the few instead of reading everybody.

A stop for all campaigns is rare, but stands among the stops of single campaigns, one for each answer. Who answered in a
campaign is asked by its number; the index of states leads to the rows, this one is enough by itself. Both are written only
when somebody opts out or answers, never by an import, a freeze or a dispatch.
"""

from django.db import migrations

STOPPED = (
    "CREATE UNIQUE INDEX customers_contactstop_of_all ON customers_contactstop (customer_id) INCLUDE (reason) "
    "WHERE campaign_id IS NULL"
)
ANSWERED = "CREATE INDEX reviews_review_answered_in ON reviews_review (campaign_id, customer_id) WHERE answered_at IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0009_list_speed"),
        ("customers", "0013_sources"),
        ("reviews", "0003_silent"),
    ]
    operations = [
        migrations.RunSQL(STOPPED, "DROP INDEX customers_contactstop_of_all"),
        migrations.RunSQL(ANSWERED, "DROP INDEX reviews_review_answered_in"),
    ]
