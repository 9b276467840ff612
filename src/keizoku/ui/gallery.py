"""Sample contexts of the component gallery (``templates/ui/gallery.html``). Nothing here is real; no view serves it.

``ui/tests`` renders it, and ``python -m keizoku.ui.gallery FILE`` writes it for looking at.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from keizoku.ui.components import charts, display, place, work

NOW = datetime(2026, 11, 21, 5, 5, tzinfo=UTC)


def context() -> dict[str, object]:
    """Everything that ``ui/gallery.html`` shows."""
    return {**_page(), **_lists(), **_customer(), **_fields()}


def _page() -> dict[str, object]:
    return {
        "title": "部品の見本",
        "institution": "継続銀行",
        "staff_name": "佐藤 花子",
        "staff_role": "審査担当",
        "business_clock": NOW + timedelta(days=30),
        "sign_out_url": "/console/sign-out",
        "now": NOW,
        "nav": place.navigation(
            {key: f"/console/{key}" for key, _ in place.WALK}, current="campaigns", waiting={"desk": 38}
        ),
        "trail": [("キャンペーン", "/console/campaigns"), ("2026年度 第1回", "/console/campaigns/1")],
    }


def _lists() -> dict[str, object]:
    return {
        "tiles": [
            display.Tile("対象", "12,438", "人", "除外 214人", tone="progress"),
            display.Tile("答えた", "7,902", "人", "63.5%", tone="good"),
            display.Tile("届いたか不明", "12", "人", "確かめてください", url="#main", tone="attention"),
            display.Tile("届かなかった", "431", "人", "次の手段へ進みます", tone="bad"),
        ],
        "finding": "3,102人が開いて、まだ答えていません",
        "funnel_steps": [
            work.FunnelStep("対象", 12438),
            work.FunnelStep("送った", 12410, note="連絡停止 28人"),
            work.FunnelStep("届いた", 11979, url="#main"),
            work.FunnelStep("開いた", 11004),
            work.FunnelStep("答えた", 7902, url="#main"),
            work.FunnelStep("差し戻し", 4),
        ],
        "interval_rows": [
            charts.IntervalRow("1. LINE", 702, 12410, 0.0526, 0.0608),
            charts.IntervalRow("2. 電子メール", 12, 431, 0.0160, 0.0481),
            charts.IntervalRow("3. 手紙", 0, 0, None, None),
        ],
        "day_points": [
            charts.DayPoint(NOW.date() - timedelta(days=20 - ahead), 60 - 3 * ahead) for ahead in range(19)
        ],
        "outlook": charts.Outlook(NOW.date() + timedelta(days=9), 720, 1010, 1400),
        "filter_parts": [
            work.FilterPart(name="branch", label="支店", options=[("", "すべての支店"), ("101", "本店")]),
            work.FilterPart("の"),
            work.FilterPart(
                name="level", label="リスク", options=[("", "全員"), ("high", "リスク高")], value="high"
            ),
            work.FilterPart("のお客さまのうち、期日が"),
            work.FilterPart(name="until", label="期日", value="2026-12-31", kind="date"),
            work.FilterPart("までの方"),
        ],
        "columns": [
            display.Column("顧客番号"),
            display.Column("リスク"),
            display.Column("状態", is_wide=True),
            display.Column("期日"),
            display.Column("送った回数", is_number=True),
        ],
        "rows": [
            display.Row(
                (
                    "0000012345",
                    display.level_cell("high"),
                    display.badge_cell("審査待ち", "progress"),
                    "2026-11-30",
                    2,
                ),
                url="#main",
            ),
            display.Row(
                (
                    "0000012346",
                    display.level_cell("low"),
                    display.badge_cell("答えた", "good"),
                    "2026-12-04",
                    1,
                ),
                url="#main",
            ),
        ],
        "badges": [
            ("下書き", "neutral"),
            ("送信中", "progress"),
            ("完了", "good"),
            ("不明", "attention"),
            ("失敗", "bad"),
        ],
        "messages": [
            display.Message(
                "line",
                "継続銀行",
                (
                    "継続銀行からのお知らせです。",
                    "法律により、お客さまの情報を定期的に確認しています。\n11月30日までに、ご確認をお願いします。",
                    "受付番号 12345-67890-1",
                ),
                buttons=("確認のしかたを見る",),
            ),
            display.Message(
                "email",
                "継続銀行 <oshirase@bank.example.jp>",
                (
                    "当行ホームページ右上「お客さま情報の確認」から、受付番号 12345-67890-1 を入力してください。",
                    "暗証番号やパスワードをお聞きすることはありません。",
                ),
                subject="【継続銀行】お客さま情報の確認のお願い（11月30日まで）",
            ),
        ],
    }


def _customer() -> dict[str, object]:
    return {
        "comparisons": [
            display.Comparison(
                "住所",
                "●●県●●市",
                "東京都渋谷区渋谷2-1",
                "お客さまの回答 2026-11-20",
                "取り込み 2023-04-01",
                accept_name="accept",
                accept_value="address",
            ),
            display.Comparison("職業", "会社員", "会社員", "お客さまの回答 2026-11-20", is_changed=False),
        ],
        "events": [
            display.TimelineEvent(NOW, "回答が届きました", "お客さま", tone="good"),
            display.TimelineEvent(NOW - timedelta(days=2), "LINEで届きました", "LINE", tone="progress"),
            display.TimelineEvent(
                NOW - timedelta(days=3), "メールが届きませんでした", "メール", "宛先なし", tone="bad"
            ),
            display.TimelineEvent(NOW - timedelta(days=9), "確認を始めました", "計画", url="#main"),
        ],
        "facts": [
            ("キャンペーン", "2026年度 継続的確認（第1回）"),
            ("対象", "12,438人"),
            ("費用の見込み", "62,190円"),
            ("最初の連絡", "LINE、11月24日 9:00から"),
        ],
    }


def _fields() -> dict[str, object]:
    return {
        "field_errors": {
            "postal_code": "郵便番号は7けたの数字で入力してください（例：150-0002）。",
            "channel": ["最初の連絡方法を選んでください。"],
            "birth_month": "月は1から12までの数字で入力してください。",
        },
        "branches": [("101", "本店"), ("102", "渋谷支店")],
        "channel_options": [("line", "LINE", "電話番号で届きます。1通5円"), ("email", "メール", "1通0.1円")],
        "product_options": [("ordinary", "普通預金"), ("time", "定期預金"), ("foreign", "外貨預金")],
        "chosen_products": ["ordinary", "foreign"],
    }


def write(path: Path) -> None:
    """Render the gallery into a file."""
    from django.template.loader import render_to_string  # noqa: PLC0415 - Django is set up by the caller

    path.write_text(render_to_string("ui/gallery.html", context()), encoding="utf-8")


if __name__ == "__main__":
    import django

    django.setup()
    write(Path(sys.argv[1]))
