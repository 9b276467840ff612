from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0014_letters")]
    operations: list[object] = []
