"""Forms that come back on paper: keyed by two, resolved where they differ; what the database itself refuses."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from keizoku.kernel.database.guards import append_only

WAITING = ["registered", "keyed_once", "doubtful"]
STATES = [
    ("registered", "1人目の入力待ち"),
    ("keyed_once", "2人目の入力待ち"),
    ("doubtful", "違いの確認待ち"),
    ("handed_in", "回答にした"),
    ("set_aside", "回答にしない"),
]
WHY = [
    ("answered", "ほかの方法で、先に回答がありました"),
    ("with_person", "担当者がお客さまに対応しています"),
    ("withdrawn", "この確認は取り下げられました"),
    ("late", "回答の期限のあとに届きました"),
    ("twice", "同じ受付番号の用紙が、先に登録されています"),
    ("other_form", "このお客さまの質問票ではありません"),
    ("old_version", "確認を始める前に使い終えた版の質問票です"),
    ("unsigned", "署名がありません"),
    ("blank", "何も書かれていません"),
    ("damaged", "破れや汚れ、足りないページがあって読めません"),
    ("incomplete", "必要な質問の記入が足りません"),
]
# A form moves on as its table of states says, and what it is about never changes.
FORMS = """
CREATE FUNCTION reviews_paper_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.review_id, NEW.round, NEW.questionnaire_id, NEW.received_on, NEW.registered_by_id)
       IS DISTINCT FROM (OLD.review_id, OLD.round, OLD.questionnaire_id, OLD.received_on, OLD.registered_by_id) THEN
        RAISE EXCEPTION 'what paper form % is about does not change', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('registered', 'keyed_once'), ('registered', 'set_aside'),
        ('keyed_once', 'doubtful'), ('keyed_once', 'set_aside'),
        ('doubtful', 'handed_in'), ('doubtful', 'set_aside')) THEN
        RAISE EXCEPTION 'paper form % goes from % to nowhere near %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER moves BEFORE UPDATE ON reviews_paperform FOR EACH ROW EXECUTE FUNCTION reviews_paper_moves();
ALTER TABLE reviews_paperform ENABLE ALWAYS TRIGGER moves;
"""
UNDO_FORMS = """
DROP TRIGGER moves ON reviews_paperform;
DROP FUNCTION reviews_paper_moves();
"""
# The constraint on (form, keyed_by) says the same; this one says it in words, and that nobody keys what is over.
TWO_PEOPLE = """
CREATE FUNCTION reviews_paper_two_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM reviews_paperkeying WHERE form_id = NEW.form_id AND keyed_by_id = NEW.keyed_by_id) THEN
        RAISE EXCEPTION 'nobody keys a form twice' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM reviews_paperform WHERE id = NEW.form_id AND state IN ('registered', 'keyed_once')) THEN
        RAISE EXCEPTION 'form % is not keyed any more', NEW.form_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER two_people BEFORE INSERT ON reviews_paperkeying
    FOR EACH ROW EXECUTE FUNCTION reviews_paper_two_people();
ALTER TABLE reviews_paperkeying ENABLE ALWAYS TRIGGER two_people;

CREATE FUNCTION reviews_paper_answer_of_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.entry = 'paper' AND NOT EXISTS (
        SELECT FROM reviews_paperform f
        WHERE f.review_id = NEW.review_id AND f.round = NEW.round AND f.questionnaire_id = NEW.questionnaire_id
          AND f.state = 'doubtful'
          AND (SELECT count(DISTINCT k.keyed_by_id) FROM reviews_paperkeying k WHERE k.form_id = f.id) = 2) THEN
        RAISE EXCEPTION 'an answer from paper is keyed by two' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER paper_keyed_by_two BEFORE INSERT ON reviews_answer
    FOR EACH ROW EXECUTE FUNCTION reviews_paper_answer_of_two();
ALTER TABLE reviews_answer ENABLE ALWAYS TRIGGER paper_keyed_by_two;

CREATE FUNCTION reviews_paper_reader_decides_not() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM reviews_paperform f WHERE f.review_id = NEW.review_id AND (
            EXISTS (SELECT FROM reviews_paperkeying k WHERE k.form_id = f.id AND k.keyed_by_id = NEW.decided_by_id)
            OR EXISTS (SELECT FROM reviews_paperresolution r
                       WHERE r.form_id = f.id AND r.resolved_by_id = NEW.decided_by_id))) THEN
        RAISE EXCEPTION 'who keyed a form does not decide on its answer' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER paper_four_eyes BEFORE INSERT ON reviews_decision
    FOR EACH ROW EXECUTE FUNCTION reviews_paper_reader_decides_not();
ALTER TABLE reviews_decision ENABLE ALWAYS TRIGGER paper_four_eyes;
"""
UNDO_TWO_PEOPLE = """
DROP TRIGGER paper_four_eyes ON reviews_decision;
DROP FUNCTION reviews_paper_reader_decides_not();
DROP TRIGGER paper_keyed_by_two ON reviews_answer;
DROP FUNCTION reviews_paper_answer_of_two();
DROP TRIGGER two_people ON reviews_paperkeying;
DROP FUNCTION reviews_paper_two_people();
"""
_OF_REVIEWS = "review_id IN (SELECT id FROM reviews_review WHERE customer_id = ANY($1))"
# The database's own text of a condition, in which nothing is filled.
_OF_FORMS = f"form_id IN (SELECT id FROM reviews_paperform WHERE {_OF_REVIEWS})"  # noqa: S608
WAYS = [
    ("reviews_paperkeying", _OF_FORMS),
    ("reviews_paperresolution", _OF_FORMS),
    ("reviews_paperform", _OF_REVIEWS),
]


def go_with_the_review(apps, schema_editor):
    """Before the drafts: a form goes before its review does."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT ordinal FROM retention_way WHERE kind = 'review' AND table_name = 'forms_draft'"
        )
        (place,) = cursor.fetchone()
        # Two moves, since no two ways may have one place even for a moment.
        for shift in (1000, len(WAYS) - 1000):
            cursor.execute(
                "UPDATE retention_way SET ordinal = ordinal + %s WHERE kind = 'review' AND ordinal >= %s",
                [shift, place],
            )
        for ordinal, (table, condition) in enumerate(WAYS, start=place):
            cursor.execute(
                "INSERT INTO retention_way (kind, ordinal, table_name, verb, condition, assignments) "
                "VALUES ('review', %s, %s, 'delete', %s, '')",
                [ordinal, table, condition],
            )


def _key():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _of(model, name="+"):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=model, related_name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0010_questionnaire"),
        ("customers", "0018_paper_stop"),
        ("forms", "0002_questionnaires"),
        ("retention", "0003_kinds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AlterField(
            "answer",
            "entry",
            models.CharField(
                choices=[("link", "リンク"), ("code", "受付番号"), ("phone", "電話"), ("paper", "紙")],
                max_length=5,
            ),
        ),
        migrations.CreateModel(
            "PaperForm",
            [
                ("id", _key()),
                ("review", _of("reviews.review", "paper_forms")),
                ("round", models.SmallIntegerField()),
                ("questionnaire", _of("forms.questionnaireversion")),
                ("state", models.CharField(choices=STATES, default="registered", max_length=10)),
                ("state_since", models.DateTimeField()),
                ("why", models.CharField(blank=True, choices=WHY, max_length=11)),
                ("received_on", models.DateField()),
                ("registered_at", models.DateTimeField()),
                ("registered_by", _of(settings.AUTH_USER_MODEL)),
                ("ended_by", models.CharField(blank=True, max_length=40)),
                ("escalated_at", models.DateTimeField(null=True)),
                ("scan", models.CharField(blank=True, max_length=36)),
                ("scan_type", models.CharField(blank=True, max_length=15)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["review"], condition=Q(state__in=WAITING), name="reviews_one_waiting_form"
                    ),
                    models.CheckConstraint(
                        condition=(Q(state="set_aside") & ~Q(why="")) | (~Q(state="set_aside") & Q(why="")),
                        name="reviews_form_set_aside_says_why",
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["state_since"], condition=Q(state__in=WAITING), name="reviews_form_waiting"
                    ),
                    models.Index(fields=["registered_at"], name="reviews_form_registered"),
                ],
            },
        ),
        migrations.CreateModel(
            "PaperKeying",
            [
                ("id", _key()),
                ("form", _of("reviews.paperform", "keyings")),
                ("place", models.SmallIntegerField()),
                ("keyed_by", _of(settings.AUTH_USER_MODEL)),
                ("keyed_at", models.DateTimeField()),
                ("payload", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["form", "place"], name="reviews_one_keying_a_place"),
                    models.UniqueConstraint(fields=["form", "keyed_by"], name="reviews_form_keyed_by_two"),
                    models.CheckConstraint(condition=Q(place__in=[1, 2]), name="reviews_form_keyed_twice"),
                ]
            },
        ),
        migrations.CreateModel(
            "PaperResolution",
            [
                ("id", _key()),
                ("form", _of("reviews.paperform", "resolutions")),
                ("number", models.SmallIntegerField()),
                ("resolved_by", _of(settings.AUTH_USER_MODEL)),
                ("resolved_at", models.DateTimeField()),
                ("payload", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["form", "number"], name="reviews_one_resolution")
                ]
            },
        ),
        append_only("reviews_paperkeying"),
        append_only("reviews_paperresolution"),
        migrations.RunSQL(FORMS, UNDO_FORMS),
        migrations.RunSQL(TWO_PEOPLE, UNDO_TWO_PEOPLE),
        migrations.RunPython(go_with_the_review, migrations.RunPython.noop),
    ]
