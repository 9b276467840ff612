from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0013_sources")]
    operations: list[object] = []
