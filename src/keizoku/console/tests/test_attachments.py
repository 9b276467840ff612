"""Files that the console hands out are saved by the browser and kept by no cache."""

from pathlib import Path

from django.http import HttpResponse, StreamingHttpResponse

from keizoku.console import attachments, views


def test_attached_file_has_its_name_and_no_cache_keeps_it():
    for answer in (HttpResponse(b"x"), StreamingHttpResponse([b"x"])):
        found = attachments.attached(answer, "list.csv")
        assert found["Content-Disposition"] == 'attachment; filename="list.csv"'
        assert found["Cache-Control"] == "no-store"


def test_shown_file_is_taken_for_nothing_else_and_no_cache_keeps_it():
    found = attachments.shown(StreamingHttpResponse(b"x", content_type="image/png"))
    assert (found["Content-Disposition"], found["X-Content-Type-Options"]) == ("inline", "nosniff")
    assert found["Cache-Control"] == "no-store"


def test_no_view_hands_out_a_file_in_another_way():
    folder = Path(views.__file__).parent
    assert [
        path.name for path in folder.glob("*.py") if "Content-Disposition" in path.read_text("utf-8")
    ] == []
