"""Waiting chunks in the order in which they are leased, so that taking the next one reads no other."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0002_partitions")]
    operations = [
        migrations.RemoveIndex("chunk", "delivery_chunk_waiting"),
        migrations.AddIndex(
            "chunk",
            models.Index(fields=["id"], condition=~models.Q(state="closed"), name="delivery_chunk_waiting"),
        ),
    ]
