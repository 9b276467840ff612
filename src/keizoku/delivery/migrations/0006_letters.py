from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("delivery", "0005_allowances")]
    operations: list[object] = []
