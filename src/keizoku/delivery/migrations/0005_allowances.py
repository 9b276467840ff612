from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("delivery", "0004_courses")]
    operations: list[object] = []
