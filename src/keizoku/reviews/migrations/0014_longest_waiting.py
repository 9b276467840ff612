"""The longest waiting cases by an index: without one the board joined all open cases to all reviews there ever were."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0013_former_references")]
    operations = [
        migrations.AddIndex("deskcase", models.Index(fields=["since", "review"], name="reviews_desk_since")),
    ]
