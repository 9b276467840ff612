"""Customers, staff and reviews that the tests of reviews and of the portal share."""

from datetime import date, timedelta
from pathlib import Path

from keizoku.accounts.models import Staff
from keizoku.customers.imports.importing import import_file
from keizoku.customers.models import Customer
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_now, business_today
from keizoku.reviews.actions import answer_question, open_reviews
from keizoku.reviews.models import Review
from keizoku.risk.actions import install_standard_scorecard

HEADER = (
    "顧客番号,区分,氏名,氏名カナ,生年月日,郵便番号,住所,電話番号,メールアドレス,国籍,在留期限,職業,取引目的,"
    "商品,支店番号,口座番号,口座開設日,最終確認日,連絡停止"
)
TARO = (
    "0000000001,個人,山田 太郎,ﾔﾏﾀﾞ ﾀﾛｳ,昭和35年4月8日,150-0002,東京都渋谷区渋谷1-2-3,090-1234-5678,"
    "taro@example.jp,JPN,,会社員,給与受取,普通預金,001,1234567,2001/4/2,2023-05-01,"
)
# No phone, and the same birth date's digits elsewhere: a different identity in every part.
HANAKO = (
    "0000000002,個人,髙橋 花子,ﾀｶﾊｼ ﾊﾅｺ,S50.1.2,1500002,東京都渋谷区渋谷1-2-3,,,JPN,,年金受給,貯蓄,"
    "普通預金・定期預金,001,0000123,2001/4/2,,"
)
TARO_BORN, TARO_ACCOUNT = date(1960, 4, 8), "4567"
CAMPAIGN = 71
SAME = {"known": ["same"]}
# The five answers of somebody for whom nothing but the occupation has changed.
ANSWERS = (SAME, SAME, {"answer": ["pensioner"]}, {"answer": ["salary"]}, {"answer": ["no"]})
# Nothing of Taro's record changes by these.
UNCHANGED = (SAME, SAME, {"answer": ["company_employee"]}, *ANSWERS[3:])


def import_customers(folder: Path, *rows: str) -> list[int]:
    """The customers' ids, in the order of the rows."""
    path = folder / "customers.csv"
    path.write_text("\r\n".join([HEADER, *(rows or (TARO,)), ""]), encoding="utf-8")
    import_file(path, as_of=date(2026, 11, 1), actor=Actor.system("import"))
    return list(Customer.objects.order_by("id").values_list("id", flat=True))


def open_for(*customer_ids: int, campaign_id: int = CAMPAIGN, days: int = 30) -> list[Review]:
    """Reviews of one campaign, opened now, in the customers' order."""
    open_reviews(
        campaign_id=campaign_id,
        members_sql="SELECT seq, customer_id, '' AS questionnaire FROM unnest(%s::bigint[]) WITH ORDINALITY AS m(customer_id, seq)",
        params=[list(customer_ids)],
        closes_on=business_today() + timedelta(days=days),
        now=business_now(),
    )
    return list(Review.objects.filter(campaign_id=campaign_id).order_by("customer_id"))


def answer_all(review_id: int, answers: tuple[dict[str, list[str]], ...] = ANSWERS) -> None:
    """Give the five answers without handing them in."""
    for number, posted in enumerate(answers, start=1):
        answered = answer_question(review_id, number, posted)
        assert answered is not None
        assert answered.judged.errors == {}


def make_staff(login: str = "reviewer", role: str = "reviewer") -> Staff:
    return Staff.objects.create(login=login, display_name="審査 一子", role=role)


def use_standard_scorecard() -> None:
    install_standard_scorecard(Actor.system("maker"), Actor.system("approver"))
