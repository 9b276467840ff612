"""A campaign's reviews by state in the order of customers: lists of a million walk it a page at a time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_guards_and_codes")]
    operations = [
        migrations.RemoveIndex("review", "reviews_campaign_state"),
        migrations.AddIndex(
            "review",
            models.Index(fields=["campaign_id", "state", "customer"], name="reviews_campaign_state"),
        ),
    ]
