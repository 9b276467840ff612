"""What two people decide about methods: confirmed rows of the law, switches, registrations, providers; and its guard."""

from django.db import migrations, models

GUARD = """
CREATE FUNCTION identity_guard_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'proposed' OR NEW.decided_by <> '' OR NEW.ended_by <> '' THEN
            RAISE EXCEPTION 'a proposal begins as one' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.kind, NEW.subject, NEW.content, NEW.digest, NEW.made_by, NEW.made_at)
       IS DISTINCT FROM (OLD.kind, OLD.subject, OLD.content, OLD.digest, OLD.made_by, OLD.made_at) THEN
        RAISE EXCEPTION 'a proposal stays as it was made' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.state, NEW.state) NOT IN (('proposed', 'in_force'), ('proposed', 'declined'), ('proposed', 'withdrawn'),
                                      ('proposed', 'lapsed'), ('in_force', 'ended')) THEN
        RAISE EXCEPTION 'a proposal goes one way' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'in_force' THEN
        IF NEW.decided_by = OLD.made_by OR NEW.decided_by NOT LIKE 'staff:%' OR OLD.made_by NOT LIKE 'staff:%' THEN
            RAISE EXCEPTION 'who made a proposal does not approve it' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NEW.state <> 'declined'
          AND (NEW.decided_by, NEW.decided_at) IS DISTINCT FROM (OLD.decided_by, OLD.decided_at) THEN
        RAISE EXCEPTION 'a decision stands as it was given' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_proposal BEFORE INSERT OR UPDATE ON identity_methodproposal
    FOR EACH ROW EXECUTE FUNCTION identity_guard_proposal();
ALTER TABLE identity_methodproposal ENABLE ALWAYS TRIGGER guard_proposal;
REVOKE DELETE, TRUNCATE ON identity_methodproposal FROM keizoku_app;
"""
UNDO_GUARD = """
GRANT DELETE ON identity_methodproposal TO keizoku_app;
DROP TRIGGER guard_proposal ON identity_methodproposal;
DROP FUNCTION identity_guard_proposal();
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_judging")]
    operations = [
        migrations.CreateModel(
            name="MethodProposal",
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
                        choices=[
                            ("confirm", "条文の確認"),
                            ("switch", "方法を使う・使わない"),
                            ("registration", "当行の登録"),
                            ("provider", "結果を送る事業者"),
                        ],
                        max_length=12,
                    ),
                ),
                ("subject", models.CharField(max_length=100)),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "承認待ち"),
                            ("in_force", "有効"),
                            ("declined", "承認されなかった"),
                            ("withdrawn", "取り下げ"),
                            ("lapsed", "承認されないまま期限切れ"),
                            ("ended", "終わった"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("state_since", models.DateTimeField()),
                ("made_by", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField()),
                ("decided_by", models.CharField(blank=True, max_length=40)),
                ("decided_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=40)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("kind", "subject"),
                        name="identity_one_proposal_waits",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "in_force")),
                        fields=("kind", "subject"),
                        name="identity_one_proposal_holds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["in_force", "ended"]), _negated=True),
                            models.Q(
                                models.Q(("decided_by", ""), _negated=True),
                                models.Q(("decided_by", models.F("made_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="identity_proposal_four_eyes",
                    ),
                ]
            },
        ),
        migrations.RunSQL(GUARD, UNDO_GUARD),
    ]
