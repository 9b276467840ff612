"""The role of the phone desk."""

from django.db import migrations, models

ROLES = [
    ("operator", "企画担当"),
    ("approver", "承認者"),
    ("reviewer", "審査担当"),
    ("phone_desk", "電話窓口"),
    ("compliance", "コンプライアンス担当"),
    ("auditor", "監査人"),
    ("administrator", "システム管理者"),
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_second_factors")]
    operations = [
        migrations.AlterField("staff", "role", models.CharField(choices=ROLES, max_length=20)),
        migrations.RemoveConstraint("staff", "accounts_staff_role_known"),
        migrations.AddConstraint(
            "staff",
            models.CheckConstraint(
                condition=models.Q(role__in=[role for role, _ in ROLES]), name="accounts_staff_role_known"
            ),
        ),
    ]
