from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0011_relation_ended"),
    ]

    operations = []
