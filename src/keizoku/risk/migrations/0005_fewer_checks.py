"""Ratings are written by the million: no check by row for what the writing statement has joined and nobody deletes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("risk", "0004_levels_that_hold")]

    operations = [
        migrations.AlterField(
            model_name="rating",
            name="customer",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="customers.customer",
            ),
        ),
        migrations.AlterField(
            model_name="rating",
            name="scorecard",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="risk.scorecard",
            ),
        ),
        migrations.AlterField(
            model_name="standing",
            name="rating",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="risk.rating",
            ),
        ),
    ]
