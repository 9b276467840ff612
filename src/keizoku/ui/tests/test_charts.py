"""Charts stand on one scale, leave no day out, and say in words what they draw."""

from datetime import date

from keizoku.ui.components import charts

FIRST = date(2026, 11, 1)


def test_shares_stand_on_one_scale_that_holds_the_widest_interval():
    rows = [charts.IntervalRow("A", 10, 100, 0.05, 0.17), charts.IntervalRow("B", 0, 0, None, None)]
    context = charts.interval_chart("題", rows)
    assert context["top"] == "20%"
    first, empty = context["marks"]
    assert (first["share"], first["spread"]) == ("10.0%", "5.0〜17.0%")
    assert (first["left"], first["point"], first["right"]) == ("25.00%", "50.00%", "85.00%")
    assert (empty["share"], empty["point"]) == ("—", "")


def test_day_without_a_count_is_drawn_as_none():
    points = [charts.DayPoint(FIRST, 10), charts.DayPoint(date(2026, 11, 3), 5)]
    context = charts.day_chart("題", points)
    assert context["line"] == "0.00,3.00 50.00,98.00 100.00,50.50"
    assert context["alternative"] == "題。2026-11-01から2026-11-03まで、合計15人。最多 10人（2026-11-01）"


def test_one_day_is_a_level_line_and_nothing_is_no_fault():
    assert charts.day_chart("題", [charts.DayPoint(FIRST, 4)])["line"] == "0.00,3.00 100.00,3.00"
    assert charts.day_chart("題", [])["line"] == ""


def test_outlook_begins_where_the_line_ends_and_reaches_its_three_ends():
    points = [charts.DayPoint(FIRST, 10), charts.DayPoint(date(2026, 11, 2), 10)]
    outlook = charts.Outlook(date(2026, 11, 3), 20, 30, 40)
    context = charts.outlook_chart("題", points, outlook)
    assert context["line"] == "0.00,74.25 50.00,50.50"
    assert context["dashes"] == "50.00,50.50 100,26.75"
    assert context["band"] == "50.00,50.50 100,3.00 100,50.50"
    assert "いま20人、2026-11-03の見込み30人、幅20〜40人" in context["alternative"]
