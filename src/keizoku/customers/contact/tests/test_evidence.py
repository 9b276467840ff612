from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from keizoku.audit.models import Entry
from keizoku.customers import queries
from keizoku.customers.actions import release_stop, stop_contact
from keizoku.customers.contact.actions import Proof, take_evidence
from keizoku.customers.contact.rules import Sign, in_words
from keizoku.customers.models import ChannelStop, ContactPoint
from keizoku.kernel.actor import Actor

SYSTEM = Actor.system("test")
DAY = date(2026, 11, 22)


def proof(customer_id, sign, begun_at, point="phone", channel="line"):
    return Proof(customer_id, point, channel, sign, 3, begun_at, DAY)


def stored(customer_id, channel="phone"):
    return ContactPoint.objects.values_list("state", "evidence").get(customer_id=customer_id, channel=channel)


def shown(customer_id, channel="phone"):
    return next(row[1:3] for row in queries.contact_points(customer_id) if row[0] == channel)


def test_delivered_message_proves_the_number_and_no_other(db, make_customers):
    one, other = make_customers(2)
    now = timezone.now()
    assert take_evidence([proof(one, Sign.DELIVERED, now)], SYSTEM) == 1
    assert stored(one) == ("reachable", "line.delivered campaign 3, 2026-11-22")
    assert stored(one, "email") == ("unverified", "")
    assert stored(other) == ("unverified", "")
    assert Entry.objects.get(action="customers.contact.proven").details["count"] == 1


def test_newer_evidence_wins_whatever_the_order_of_arrival(db, make_customers):
    [one] = make_customers(1)
    now = timezone.now()
    take_evidence([proof(one, Sign.BOUNCED, now + timedelta(hours=2))], SYSTEM)
    assert take_evidence([proof(one, Sign.DELIVERED, now + timedelta(hours=1))], SYSTEM) == 0
    assert stored(one)[0] == "unreachable"
    both = [
        proof(one, Sign.DELIVERED, now + timedelta(hours=4)),
        proof(one, Sign.BOUNCED, now + timedelta(hours=3)),
    ]
    take_evidence(both, SYSTEM)
    assert stored(one)[0] == "reachable"


def test_message_that_was_begun_before_the_address_changed_says_nothing(db, make_customers):
    [one] = make_customers(1)
    assert take_evidence([proof(one, Sign.DELIVERED, datetime(2020, 1, 1, tzinfo=UTC))], SYSTEM) == 0
    assert stored(one) == ("unverified", "")


def test_new_address_in_a_file_begins_anew_with_the_reason(db, make_customers, tmp_path):
    from conftest import ROW

    from keizoku.customers.imports.importing import import_file

    [one] = make_customers(1)
    take_evidence([proof(one, Sign.REFUSED, timezone.now(), "email", "email")], SYSTEM)
    row = {name: text.format(n=1) for name, text in ROW.items()} | {"メールアドレス": "new@example.jp"}
    path = tmp_path / "new.csv"
    path.write_text("\r\n".join(",".join(line) for line in (row, row.values())), encoding="utf-8")
    import_file(path, as_of=DAY, actor=SYSTEM)
    assert stored(one, "email") == ("unverified", "address changed")
    assert shown(one, "email") == ("未確認", "連絡先が変わった")


def test_opting_out_shows_on_every_point_and_is_lifted_with_the_stop_alone(db, make_customers):
    [one] = make_customers(1)
    stop_contact(customer_id=one, campaign_id=None, reason="opted_out", actor=SYSTEM)
    take_evidence([proof(one, Sign.DELIVERED, timezone.now())], SYSTEM)
    assert shown(one) == ("連絡停止の申し出", "")
    assert shown(one, "email") == ("連絡停止の申し出", "")
    release_stop(customer_id=one, campaign_id=None, reason="opted_out", actor=SYSTEM)
    assert shown(one) == ("到達確認済み", "LINEで届いた（キャンペーン 3、2026-11-22）")


def test_channel_that_a_customer_does_not_want_is_the_only_one_opted_out(db, make_customers):
    [one] = make_customers(1)
    ChannelStop.objects.create(customer_id=one, channel="email")
    assert shown(one, "email")[0] == "連絡停止の申し出"
    assert shown(one)[0] == "未確認"


def test_end_of_the_relation_is_no_opt_out(db, make_customers):
    [one] = make_customers(1)
    stop_contact(customer_id=one, campaign_id=None, reason="closed", actor=SYSTEM)
    assert shown(one)[0] == "未確認"


def test_evidence_reads_as_a_sentence():
    assert in_words("email.refused campaign 7, 2026-11-22") == (
        "電子メールの宛先を通信事業者が断った（キャンペーン 7、2026-11-22）"
    )
    assert in_words("written by hand") == "written by hand"
