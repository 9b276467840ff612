from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0004_uploads_and_returns"),
    ]

    operations = []
