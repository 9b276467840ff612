from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0013_sources")]
    operations = [
        migrations.AddField(
            model_name="fact",
            name="has_address",
            field=models.BooleanField(db_default=True),
        ),
    ]
