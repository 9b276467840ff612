"""Record versions are only ever added; a stop, once written, is lifted only by name."""

from django.db import migrations

from keizoku.kernel.database.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("kernel", "0001_initial")]
    operations = [append_only("customers_recordversion")]
