"""A canary's life in the base, and then a search for it in everything that a thief of the database would hold.

Searched: every row of every table as COPY writes it (the queue's and the sessions' too), the data files of this
database after a checkpoint, the write-ahead log of the test, the server's log and ours. As UTF-8, CP932, UTF-16, JSON's
escapes, hexadecimal, percent-encoding, Base64 at each alignment, and as plain MD5, SHA-1 and SHA-256.
"""

import json
import re
import time
from datetime import date, timedelta

import psycopg
import pytest
from django.apps import apps
from structlog.testing import capture_logs
from tests.architecture.test_columns import ENCRYPTED

from keizoku.cli.demo.canaries import forms_of
from keizoku.kernel.database.embedded import state_folder
from keizoku.kernel.database.layout import layout_for

PERSON = {
    "顧客番号": "7351902846",
    "氏名": "雅楽代 麒麟丸",
    "氏名カナ": "ｳﾀｼﾛ ｷﾘﾝﾏﾙ",
    "生年月日": "1931-07-13",
    "郵便番号": "819-0395",
    "住所": "福岡県福岡市西区元岡744番地麒麟荘208号",
    "電話番号": "090-8153-7264",
    "メールアドレス": "kirinmaru.utashiro@example.jp",
    "口座番号": "6184027",
}
AS_KEPT = {
    "雅楽代麒麟丸",
    "ウタシロ",
    "キリンマル",
    "1931年7月13日",
    "8190395",
    "+819081537264",
    "09081537264",
    "001-6184027",
    "0016184027",
}
MOVED_TO = "大阪府大阪市北区梅田3番地の鳳凰館"
RELATIVE, RELATIVE_HOME = "八百板 朱雀", "北海道札幌市中央区朱雀通り9番"
NOTE = "麒麟丸さまの長男から玄武病院に入院中との連絡"
TASK = "玄武病院へ折り返し連絡する"
EVIDENCE = "店頭の申込書に白虎の印"
DECISION = "青龍支店で原本を確かめた"
CHECK = "カナリアの品質確認の所見"
SUSPICION = "黄竜名義の口座への送金の届出"
HOLD = "応竜をめぐる訴訟のため"
INCIDENT = "霊亀荘の住人への誤送信"
CALL_BACK = "朱鷺の間の電話にかけてほしい"
SILENCE = "施設の天馬園に入居と隣人から聞いた"
LINE_ACCOUNT = "U5e8a1f0c94b7d2e36fa1c08b7d94e2f6"
CANARIES = {
    *PERSON.values(),
    *AS_KEPT,
    *(
        MOVED_TO,
        RELATIVE,
        RELATIVE_HOME,
        NOTE,
        TASK,
        EVIDENCE,
        DECISION,
        CHECK,
        SUSPICION,
        HOLD,
        INCIDENT,
        SILENCE,
    ),
    CALL_BACK,
    LINE_ACCOUNT,
}
# Encrypted columns that this life leaves empty, and who looks at them instead.
NOT_FILLED = {
    "identity.ConfirmationRecord.payload": "identity/tests/test_deciding.py",
    "identity.Decision.note": "identity/tests/test_deciding.py",
    "identity.FaceTemplate.key": "identity/tests/test_templates.py",
    "identity.Finding.value": "identity/tests/test_deciding.py",
    "identity.ProviderResult.payload": "identity/methods/tests/test_importing.py",
    "identity.Reading.payload": "identity/tests/test_judging.py",
    "identity.Verification.applicant": "identity/tests/test_asking.py",
    "accounts.AuthenticatorApp.secret": "accounts/tests/test_apps.py",
    "customers.ImportConflict.proposed": "customers/imports/tests/test_conflicts.py",
    "delivery.Code.sealed": "delivery/tests/test_lane.py",
    "reviews.DeskCase.draft": "reviews/tests/test_desk.py",
}
_SHORT = re.compile(r"[0-9+\-]{4,9}")  # so short a number stands in hexadecimal digits by chance


def patterns(canary: str) -> set[bytes]:
    """The bytes that would betray the canary."""
    encodings = [canary.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")]
    encodings += [canary.encode("cp932", "ignore")]
    if _SHORT.fullmatch(canary):
        return set(encodings[:3])
    found = {form.encode() for form in forms_of(canary)} | set(encodings)
    found |= {raw.hex().encode() for raw in encodings}
    return found | {json.dumps(canary)[1:-1].encode()}


def betrayed(places, canaries=CANARIES):
    """(canary, place) of each one that is found, in any form."""
    found = set()
    for canary in canaries:
        for pattern in patterns(canary):
            for place, content in places.items():
                at = content.find(pattern)
                while at >= 0:
                    around = content[max(0, at - 1) : at + len(pattern) + 1]
                    if not _SHORT.fullmatch(canary) or not re.search(
                        rb"[0-9a-f]{%d}" % (len(pattern) + 1), around
                    ):
                        found.add((canary, place))
                        break
                    at = content.find(pattern, at + 1)
    return found


@pytest.fixture
def lived(committed_db, make_customers):
    """The canary is imported, asked, answers, is decided on, noted, related, suspected and held."""
    began = time.time()
    with capture_logs() as logs:
        (customer,) = make_customers(1, **PERSON)
        _live(customer)
    return committed_db, began, json.dumps(logs, ensure_ascii=False, default=str)


def _live(customer: int) -> None:
    from keizoku.customers.casework import actions as casework
    from keizoku.customers.casework.actions import Owner
    from keizoku.customers.casework.rules import TaskKind
    from keizoku.customers.consents.actions import Told, record_consent
    from keizoku.customers.consents.rules import Act
    from keizoku.customers.consents.rules import Source as ConsentSource
    from keizoku.customers.linking import actions as linking
    from keizoku.customers.linking.rules import Heard
    from keizoku.customers.relations.actions import state_relation
    from keizoku.customers.relations.rules import Kind, Source, Terms
    from keizoku.customers.relations.sealing import Person
    from keizoku.events.actions import change_secret, subscribe
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_now, business_today
    from keizoku.kernel.personal import LineUser
    from keizoku.retention.actions.holds import place_hold
    from keizoku.reviews.actions import submit_answer
    from keizoku.reviews.tests.people import ANSWERS, answer_all, make_staff, open_for
    from keizoku.risk.circumstances import record_suspicion
    from keizoku.risk.rules.matter import Matter

    today = business_today()
    staff = {
        role: make_staff(role, role)
        for role in ("reviewer", "compliance", "operator", "approver", "administrator")
    }
    by = {role: member.actor for role, member in staff.items()}
    moved = {"known": ["changed"], "postal_code": ["530-0001"], "answer": [MOVED_TO]}
    (review,) = open_for(customer)
    answer_all(review.id, (moved, *ANSWERS[1:]))
    submit_answer(review.id, entry="code")
    _decided_and_checked(review, staff)
    (again,) = open_for(customer, campaign_id=72)
    answer_all(again.id, (moved, *ANSWERS[1:]))  # and not handed in: it stays a draft

    casework.write_note(customer, NOTE, actor=by["reviewer"])
    casework.open_task(
        TaskKind.CALL_BACK,
        TASK,
        owner=Owner(role="reviewer"),
        due_on=today,
        actor=by["reviewer"],
        today=today,
        customer_id=customer,
    )
    account = LineUser(LINE_ACCOUNT)
    linking.link(linking.offer(customer), account)
    linking.keep([linking.Telling("01EVENT", Heard.UNLINK_ASKED, account, "reply", "", business_now())])
    told = Told(ConsentSource.DOCUMENT, today, EVIDENCE)
    record_consent(customer, "marketing_mail", Act.GIVEN, told, actor=by["reviewer"], today=today)
    person = Person.of(RELATIVE, "ヤオイタ　スザク", date(1964, 2, 29), RELATIVE_HOME)
    terms = Terms(Source.STAFF, today)
    state_relation(customer, Kind.HOUSEHOLD, person, terms, actor=by["reviewer"], today=today)
    until = today + timedelta(days=30)
    record_suspicion(
        customer, Matter.REPORT_FILED, until_on=until, note=SUSPICION, actor=by["compliance"], today=today
    )
    told = subscribe(
        name="通知先", url="https://example.com/", kinds=("review.answered",), actor=Actor.system("test")
    )
    change_secret(told.id, actor=Actor.system("test"))
    place_hold(
        customer_id=customer,
        matter="litigation",
        reason=HOLD,
        until_on=until,
        actor=by["compliance"],
        today=today,
    )
    _campaign_gone_wrong(customer, by["compliance"])
    _call(staff["operator"])
    _paper(again, staff["operator"], staff["reviewer"])


def _decided_and_checked(review, staff) -> None:
    """A reviewer approves the canary's answer, and somebody else looks at that again."""
    from keizoku.reviews.actions import decide
    from keizoku.reviews.quality import actions as quality
    from keizoku.reviews.rules.reasons import Outcome

    quality.set_share(100, staff["compliance"].actor)
    decide(review.id, Outcome.APPROVE, "consistent", staff["reviewer"], note=DECISION)
    quality.find_proper(review.quality_checks.get().id, staff["compliance"], note=CHECK)


def _call(operator) -> None:
    """The canary rings, and is promised a call."""
    from keizoku.kernel.bank_days import open_from
    from keizoku.kernel.clock import business_today
    from keizoku.reviews.phone import calling_back, calls

    day = open_from(business_today() + timedelta(days=1))
    call = calls.seek(PERSON["顧客番号"], operator)
    promise = calling_back.Promise(day, (9, 12), "question", CALL_BACK)
    calling_back.book(call.call_id, promise, operator)


def _paper(review, one, two) -> None:
    """The canary's form came back: two people key it, a third act reads the address; an answer is missing still."""
    from keizoku.forms import queries as questionnaires
    from keizoku.forms.rules.paper_code import write_form_code
    from keizoku.kernel.clock import business_today
    from keizoku.reviews.paper import keying, queries, registering, resolving
    from keizoku.reviews.paper.reading import typed
    from keizoku.reviews.paper.rules import BLANK

    printed = questionnaires.active("person")
    code = write_form_code(review.reference, printed.row_id)
    form = registering.register(registering.Arrival(code, business_today()), one)
    post = {
        "answer_address_known": ["changed"],
        "answer_address_postal_code": ["530-0001"],
        "answer_address": [MOVED_TO],
    }
    for who, also in ((one, {}), (two, {"unreadable_address": ["yes"]})):
        entries = typed({**post, **also}, printed.questionnaire.questions).entries
        keying.key(form, queries.form(form).state, entries, who)
    doubts = resolving.open_doubts(form, two).doubts.all
    read = typed(post, printed.questionnaire.questions).entries
    resolving.resolve(form, {name: read.get(name, BLANK) for name in doubts}, two)


def _campaign_gone_wrong(customer: int, actor) -> None:
    """An incident's log and a silent customer's case, with the words of the people who wrote them."""
    from keizoku.campaigns.incidents import logbook
    from keizoku.campaigns.silent import events
    from keizoku.campaigns.silent.events import Move
    from keizoku.campaigns.silent.rules import State
    from keizoku.kernel.clock import business_now, business_today

    now, today = business_now(), business_today()
    campaign = apps.get_model("campaigns", "Campaign").objects.create(
        name="期日到来", audience={}, answer_days=30, made_by=1
    )
    incident = apps.get_model("campaigns", "Incident").objects.create(
        campaign=campaign, kind="wrong_words", known_on=today
    )
    logbook.write(incident.id, "noted", actor, INCIDENT)
    case = apps.get_model("campaigns", "SilentCase").objects.create(
        campaign=campaign,
        customer_id=customer,
        review_id=1,
        state=State.OPEN,
        state_since=now,
        opened_at=now,
        opened_on=today,
        opened_because="deadline",
        reach="reached",
    )
    move = Move(to=State.OPEN, at=now, actor=actor)
    events.append_one(case.id, "", move, action="campaigns.silent.opened", note=SILENCE)


def stolen(database, began, logs) -> dict[str, bytes]:
    """What lies in the tables, in the files and in the logs."""
    places = {"our log": logs.encode()}
    with psycopg.connect(database.url("superuser"), autocommit=True) as connection:
        tables = connection.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for (table,) in tables:
            with connection.cursor().copy(f"COPY (SELECT * FROM {table}) TO STDOUT") as rows:
                places[f"table {table}"] = b"".join(bytes(row) for row in rows)
        (oid,) = connection.execute(
            "SELECT oid FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        connection.execute("CHECKPOINT")
    layout = layout_for(state_folder())
    files = [*(layout.data / "base" / str(oid)).iterdir(), layout.server_log]
    files += [
        log
        for log in (layout.data / "pg_wal").iterdir()
        if log.is_file() and log.stat().st_mtime >= began - 1
    ]
    places |= {
        f"file {path.relative_to(layout.home.parent)}"
        if path.is_relative_to(layout.home.parent)
        else path.name: path.read_bytes()
        for path in files
        if path.is_file()
    }
    assert len(places) > len(tables) > 40
    return places


def test_no_canary_is_found_in_tables_files_or_logs(lived):
    assert betrayed(stolen(*lived)) == set()


def test_every_encrypted_column_was_filled(lived):
    empty = set()
    for name in ENCRYPTED:
        room, model, column = name.split(".")
        if not apps.get_model(room, model).objects.exclude(**{column: None}).exists():
            empty.add(name)
    assert empty == set(NOT_FILLED)


def test_a_canary_in_the_clear_would_be_found_in_each_form(lived):
    database, began, logs = lived
    with psycopg.connect(database.url("owner"), autocommit=True) as owner:
        owner.execute("CREATE TABLE leak (words text, raw bytea)")
        for words, raw in (
            (PERSON["氏名"], b""),
            ("", PERSON["住所"].encode()),
            ("", "キリンマル".encode("cp932")),
            ("8190395", b""),
        ):
            owner.execute("INSERT INTO leak VALUES (%s, %s)", [words, raw])
    tables = {place: content for place, content in stolen(database, began, logs).items() if "table" in place}
    found = betrayed(tables)
    leaked = (PERSON["氏名"], PERSON["住所"], "キリンマル", "8190395")
    assert {canary for canary, _ in found} == set(leaked)
    assert {place for _, place in found} == {"table public.leak"}
