"""Verifications, their sessions, challenges and shots; what the database itself refuses; how long they are kept."""

import django.db.models.deletion
from django.db import migrations, models

from keizoku.kernel.database.guards import append_only

# A verification moves on as its table of states says, and whom it is about, what for and by whom asked never changes: but
# an applicant may become a customer.
MOVES = """
CREATE FUNCTION identity_verification_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.key, NEW.review_id, NEW.purpose, NEW.legal_use, NEW.statute, NEW.method, NEW.asked_by, NEW.asked_at)
       IS DISTINCT FROM
       (OLD.key, OLD.review_id, OLD.purpose, OLD.legal_use, OLD.statute, OLD.method, OLD.asked_by, OLD.asked_at)
       OR (OLD.customer_id IS NOT NULL AND NEW.customer_id IS DISTINCT FROM OLD.customer_id) THEN
        RAISE EXCEPTION 'what verification % is about does not change', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('asked', 'capturing'), ('asked', 'expired'), ('asked', 'withdrawn'),
        ('capturing', 'judging'), ('capturing', 'expired'), ('capturing', 'withdrawn'),
        ('judging', 'waiting'), ('judging', 'withdrawn'),
        ('waiting', 'passed'), ('waiting', 'refused'), ('waiting', 'asked_again'), ('waiting', 'withdrawn'),
        ('asked_again', 'capturing'), ('asked_again', 'expired'), ('asked_again', 'withdrawn')) THEN
        RAISE EXCEPTION 'verification % goes from % to nowhere near %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER moves BEFORE UPDATE ON identity_verification
    FOR EACH ROW EXECUTE FUNCTION identity_verification_moves();
ALTER TABLE identity_verification ENABLE ALWAYS TRIGGER moves;
"""
UNDO_MOVES = """
DROP TRIGGER moves ON identity_verification;
DROP FUNCTION identity_verification_moves();
"""
_SINCE = (
    "SELECT v.id AS subject, v.customer_id, NULL::bigint AS campaign_id, "
    "(v.state_since AT TIME ZONE 'Asia/Tokyo')::date AS since FROM identity_verification v WHERE "
)
KINDS = [
    (
        "identity",
        "relation_ended",
        84,
        (
            "SELECT c.id AS subject, c.id AS customer_id, NULL::bigint AS campaign_id, c.closed_on AS since "
            "FROM customers_customer c WHERE c.state <> 'active' AND c.closed_on IS NOT NULL "
            "AND EXISTS (SELECT FROM identity_verification v WHERE v.customer_id = c.id)"
        ),
    ),
    ("identity_applicant", "settled", 84, f"{_SINCE}v.customer_id IS NULL AND v.state = 'passed'"),
    ("identity_nothing", "settled", 0, f"{_SINCE}v.state IN ('refused', 'expired', 'withdrawn')"),
]
_OF_CUSTOMERS = "IN (SELECT id FROM identity_verification WHERE customer_id = ANY($1))"
_PARTS = ["identity_shot", "identity_skip"]


def _ways(which):
    sessions = f"session_id IN (SELECT id FROM identity_capturesession WHERE verification_id {which})"  # noqa: S608
    return [
        *((table, f"verification_id {which}") for table in _PARTS),
        ("identity_challenge", sessions),
        ("identity_capturesession", f"verification_id {which}"),
        ("identity_verification", "customer_id = ANY($1)" if which == _OF_CUSTOMERS else f"id {which}"),
    ]


def keep(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for kind in KINDS:
            cursor.execute(
                "INSERT INTO retention_kind (name, start, least_months, due) VALUES (%s, %s, %s, %s)", kind
            )
            ways = _ways(_OF_CUSTOMERS if kind[0] == "identity" else "= ANY($1)")
            for ordinal, (table, condition) in enumerate(ways, start=1):
                cursor.execute(
                    "INSERT INTO retention_way (kind, ordinal, table_name, verb, condition, assignments) "
                    "VALUES (%s, %s, %s, 'delete', %s, '')",
                    [kind[0], ordinal, table, condition],
                )


def forget(apps, schema_editor):
    names = [kind[0] for kind in KINDS]
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM retention_way WHERE kind = ANY(%s)", [names])
        cursor.execute("DELETE FROM retention_kind WHERE name = ANY(%s)", [names])


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "0019_doubted_stops"),
        ("retention", "0003_kinds"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaptureSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_digest", models.CharField(max_length=64, unique=True)),
                ("begun_by", models.CharField(max_length=40)),
                ("begun_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Challenge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nonce_digest", models.CharField(max_length=64, unique=True)),
                ("steps", models.JSONField()),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="challenges",
                        to="identity.capturesession",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(unique=True)),
                ("applicant", models.BinaryField(null=True)),
                ("review_id", models.BigIntegerField(null=True)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("account_opening", "口座の開設"),
                            ("ongoing_check", "お客さま情報の定期的な確認"),
                            ("per_event", "個別の出来事に伴う確認"),
                            ("procedure", "お手続き"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "legal_use",
                    models.CharField(
                        choices=[
                            ("statutory", "法令に基づく本人確認"),
                            ("ongoing_check", "継続的な顧客管理"),
                            ("procedure", "手続きの本人確認"),
                        ],
                        max_length=15,
                    ),
                ),
                ("statute", models.CharField(blank=True, max_length=30)),
                ("method", models.CharField(blank=True, max_length=30)),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("driving_licence", "運転免許証"),
                            ("driving_history", "運転経歴証明書"),
                            ("my_number_card", "マイナンバーカード"),
                            ("passport", "パスポート"),
                            ("residence_card", "在留カード"),
                            ("special_permanent_resident", "特別永住者証明書"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "撮影待ち"),
                            ("capturing", "撮影中"),
                            ("judging", "自動の点検中"),
                            ("waiting", "判断待ち"),
                            ("asked_again", "撮り直し待ち"),
                            ("passed", "確認できた"),
                            ("refused", "確認できなかった"),
                            ("expired", "期限切れ"),
                            ("withdrawn", "取り下げ"),
                        ],
                        default="asked",
                        max_length=12,
                    ),
                ),
                ("state_since", models.DateTimeField()),
                ("round", models.SmallIntegerField(default=1)),
                ("again", models.JSONField(default=list)),
                ("asked_by", models.CharField(max_length=40)),
                ("asked_at", models.DateTimeField()),
                ("escalated_at", models.DateTimeField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Skip",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.SmallIntegerField()),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("front", "表面"),
                            ("back", "裏面"),
                            ("tilt", "傾けた表面（厚み）"),
                            ("face", "顔"),
                        ],
                        max_length=5,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("head_turn_declined", "顔の向きを変える撮影を希望しない"),
                            ("face_declined", "顔の撮影を希望しない"),
                            ("cannot_tilt", "傾けた撮影ができない"),
                            ("no_back", "裏面の撮影ができない"),
                        ],
                        max_length=20,
                    ),
                ),
                ("skipped_at", models.DateTimeField()),
                (
                    "verification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="skips",
                        to="identity.verification",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Shot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.SmallIntegerField()),
                ("place", models.SmallIntegerField()),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("front", "表面"),
                            ("back", "裏面"),
                            ("tilt", "傾けた表面（厚み）"),
                            ("face", "顔"),
                        ],
                        max_length=5,
                    ),
                ),
                ("pose", models.CharField(blank=True, max_length=12)),
                ("is_accepted", models.BooleanField()),
                ("reasons", models.JSONField()),
                ("scores", models.JSONField()),
                ("file", models.CharField(blank=True, max_length=36)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("size", models.IntegerField()),
                ("content_type", models.CharField(blank=True, max_length=30)),
                ("taken_at_ms", models.BigIntegerField()),
                ("received_at", models.DateTimeField()),
                (
                    "challenge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shots",
                        to="identity.challenge",
                    ),
                ),
                (
                    "verification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shots",
                        to="identity.verification",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="capturesession",
            name="verification",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sessions",
                to="identity.verification",
            ),
        ),
        migrations.AddConstraint(
            model_name="challenge",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("issued_at"))),
                name="identity_challenge_expires",
            ),
        ),
        migrations.AddConstraint(
            model_name="challenge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("session",),
                name="identity_one_open_challenge",
            ),
        ),
        migrations.AddIndex(
            model_name="verification",
            index=models.Index(fields=["review_id"], name="identity_of_review"),
        ),
        migrations.AddIndex(
            model_name="verification",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["asked", "capturing", "judging", "waiting", "asked_again"])
                ),
                fields=["state", "state_since"],
                name="identity_not_over",
            ),
        ),
        migrations.AddConstraint(
            model_name="verification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("customer__isnull", False), ("applicant__isnull", False), _connector="OR"
                ),
                name="identity_is_about_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="verification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("legal_use", "statutory"),
                        models.Q(("statute", ""), _negated=True),
                        models.Q(("method", ""), _negated=True),
                    ),
                    models.Q(models.Q(("legal_use", "statutory"), _negated=True), ("statute", "")),
                    _connector="OR",
                ),
                name="identity_statute_names_its_method",
            ),
        ),
        migrations.AddConstraint(
            model_name="verification",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("review_id__isnull", False),
                    ("state__in", ["asked", "capturing", "judging", "waiting", "asked_again"]),
                ),
                fields=("review_id",),
                name="identity_one_open_a_review",
            ),
        ),
        migrations.AddConstraint(
            model_name="skip",
            constraint=models.UniqueConstraint(
                fields=("verification", "round", "step", "reason"), name="identity_one_skip"
            ),
        ),
        migrations.AddIndex(
            model_name="shot",
            index=models.Index(
                condition=models.Q(("sha256", ""), _negated=True),
                fields=["sha256"],
                name="identity_shot_bytes",
            ),
        ),
        migrations.AddIndex(
            model_name="shot",
            index=models.Index(fields=["verification", "round", "step"], name="identity_shots_of"),
        ),
        migrations.AddConstraint(
            model_name="shot",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_accepted", True)),
                fields=("challenge", "place"),
                name="identity_one_shot_a_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="shot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("is_accepted", True),
                        models.Q(("file", ""), _negated=True),
                        models.Q(("sha256", ""), _negated=True),
                    ),
                    models.Q(("is_accepted", False), ("file", ""), ("sha256", "")),
                    _connector="OR",
                ),
                name="identity_only_accepted_is_kept",
            ),
        ),
        migrations.AddConstraint(
            model_name="capturesession",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("verification",),
                name="identity_one_open_session",
            ),
        ),
        migrations.RunSQL(MOVES, UNDO_MOVES),
        append_only("identity_shot"),
        append_only("identity_skip"),
        migrations.RunPython(keep, forget),
    ]
