"""The last day of a relation, the events that set it, and since when only a stub of a customer is left."""

import django.db.models.deletion
from django.db import migrations, models

from keizoku.kernel.database.guards import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0010_import_and_return"),
    ]

    operations = [
        migrations.AddField("customer", "closed_on", models.DateField(null=True)),
        migrations.AddField("customer", "destroyed_on", models.DateField(null=True)),
        migrations.CreateModel(
            name="Ending",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("ended", "取引の終わり"), ("reopened", "取引の再開")], max_length=10
                    ),
                ),
                ("on", models.DateField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("file", "勘定系のファイルの解約日"),
                            ("request", "お客さまの申し出"),
                            ("deceased", "お亡くなりになったため"),
                            ("dissolved", "法人の解散・廃業"),
                            ("bank", "当行からの解約"),
                            ("mistake", "解約の登録の誤り"),
                            ("returned", "取引の再開"),
                        ],
                        max_length=10,
                    ),
                ),
                ("recorded_by", models.CharField(max_length=40)),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="endings",
                        to="customers.customer",
                    ),
                ),
            ],
        ),
        append_only("customers_ending"),
    ]
