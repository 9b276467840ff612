from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_guards_and_codes")]
    operations: list[object] = []
