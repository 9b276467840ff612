from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_audience")]
    operations: list[object] = []
