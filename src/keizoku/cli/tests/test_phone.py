"""``keizoku phone callbacks``: what was promised, without numbers and words."""

from datetime import timedelta

from click.testing import CliRunner

from keizoku.accounts.models import Staff
from keizoku.cli import phone, process
from keizoku.kernel.bank_days import open_from
from keizoku.kernel.clock import business_today
from keizoku.reviews.phone import calling_back, calls


def test_calls_back_that_wait_are_listed_by_day_and_those_due_alone_where_asked(
    db, monkeypatch, make_customers
):
    monkeypatch.setattr(process, "start_django", lambda: None)
    (one,) = make_customers(1)
    desk = Staff.objects.create(login="desk", display_name="電話 太郎", role="phone_desk")
    call = calls.seek("0000000001", desk).call_id
    tomorrow = open_from(business_today() + timedelta(days=1))
    promise = calling_back.Promise(tomorrow, (9, 12), "answer", "続きを話したい")
    number = calling_back.book(call, promise, desk)
    run = CliRunner()
    listed = run.invoke(phone.command, ["callbacks"]).output
    assert listed == f"{number}: {tomorrow.isoformat()} 9時〜12時 お客さま No. {one} 回答の続き（担当待ち）\n"
    assert run.invoke(phone.command, ["callbacks", "--due"]).output == ""
    calling_back.take(number, desk)
    assert "（電話 太郎）" in run.invoke(phone.command, ["callbacks"]).output
