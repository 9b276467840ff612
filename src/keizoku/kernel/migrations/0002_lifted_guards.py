"""How a guarded table's rows may be destroyed or written anew after all: by a function of the owner, inside itself only."""

from django.db import migrations

from keizoku.kernel.database.guards import LIFT, UNDO_LIFT


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunSQL(LIFT, UNDO_LIFT)]
