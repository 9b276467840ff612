from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_keys")]
    operations: list[object] = []
