import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, path

from keizoku.accounts.access import authorise, requires
from keizoku.accounts.errors import NotPermitted
from keizoku.accounts.models import Staff
from keizoku.kernel.actor import Actor

pytestmark = pytest.mark.urls(__name__)
urlpatterns: list[URLPattern] = [path("console/language", HttpResponse, name="console-language")]


@requires("campaigns.approve")
def approve(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Approve one campaign."""
    return HttpResponse(f"campaign {campaign_id}")


def response(user: Staff | AnonymousUser, **headers: str) -> HttpResponse:
    request = RequestFactory().post("/console/campaigns/3/approve?page=2", headers=headers)
    request.user = user
    return approve(request, campaign_id=3)


def test_who_may_is_let_through():
    answer = response(Staff(login="a", role="approver"))
    assert (answer.status_code, answer.content) == (200, b"campaign 3")


def test_who_may_not_is_told_what_to_do():
    answer = response(Staff(login="a", role="operator"))
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "「送信を承認する」ための権限が、あなたの役割にありません" in page
    assert "この権限を持つのは 承認者 です" in page


def test_who_is_not_signed_in_is_sent_to_the_sign_in_and_back():
    answer = response(AnonymousUser())
    assert answer.status_code == 302
    assert answer["Location"] == "/console/sign-in?next=/console/campaigns/3/approve%3Fpage%3D2"


def test_part_of_a_page_sends_the_whole_page_to_the_sign_in():
    answer = response(
        AnonymousUser(),
        **{"HX-Request": "true", "HX-Current-URL": "https://elsewhere.example/console/campaigns?page=2"},
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (
        200,
        "/console/sign-in?next=/console/campaigns%3Fpage%3D2",
    )


def test_inactive_staff_are_sent_to_the_sign_in():
    assert response(Staff(login="a", role="approver", is_active=False)).status_code == 302


def test_the_view_bears_its_permission_and_its_name():
    assert vars(approve)["keizoku_permission"] == "campaigns.approve"
    assert (approve.__name__, approve.__doc__) == ("approve", "Approve one campaign.")


def test_an_unknown_permission_stops_the_import():
    with pytest.raises(ValueError, match="no such permission"):
        requires("campaigns.destroy")


def test_the_system_is_authorised_and_a_stranger_is_not(db):
    authorise(Actor.system("planner"), "campaigns.edit")
    with pytest.raises(NotPermitted):
        authorise(Actor.staff(99), "campaigns.edit")
