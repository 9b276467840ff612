"""APIの鍵 and 出来事の通知先 in the browser."""

from keizoku.accounts.api_keys import queries
from keizoku.accounts.api_keys.rules import KeyState
from keizoku.accounts.models import ApiKey
from keizoku.events.models import Subscription

KEYS = "/console/settings/api-keys"
PLACES = "/console/settings/subscriptions"
WANTED = {
    "login": "operator",
    "name": "勘定系の夜間連携",
    "scopes": ["due:read", "campaigns:read"],
    "days": "90",
    "calls_a_minute": "600",
}


def test_administrator_grants_and_only_the_person_sees_the_value_once(browser):
    assert browser("administrator").post(f"{KEYS}/grant", WANTED).status_code == 302
    (row,) = queries.listing()
    assert row.state is KeyState.GRANTED

    for role in ("administrator", "reviewer"):
        answer = browser(role).post(f"{KEYS}/{row.id}/take")
        assert answer.status_code == 409
        assert "kz_" not in answer.content.decode()
    operator = browser("operator")
    shown = operator.post(f"{KEYS}/{row.id}/take")
    (row,) = queries.listing()
    text = shown.content.decode()
    secret = text.split("<code>")[1].split("</code>")[0]
    assert queries.admit(secret) is not None
    assert shown.headers["Cache-Control"] == "no-store"
    assert secret not in operator.get(KEYS).content.decode()
    assert f"kz_{row.prefix}…" in browser("administrator").get(KEYS).content.decode()


def test_what_was_typed_stays_when_a_grant_is_refused(browser):
    answer = browser("administrator").post(f"{KEYS}/grant", WANTED | {"scopes": ["campaigns:approve"]})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "勘定系の夜間連携" in text
    assert "送信を承認する" in text
    assert not ApiKey.objects.exists()


def test_nobody_else_sees_others_keys_or_grants(browser):
    browser("administrator").post(f"{KEYS}/grant", WANTED)
    text = browser("reviewer").get(KEYS).content.decode()
    assert "勘定系の夜間連携" not in text
    assert browser("operator").post(f"{KEYS}/grant", WANTED).status_code == 403
    assert ApiKey.objects.count() == 1


def test_key_is_replaced_and_revoked_by_its_person(browser):
    browser("administrator").post(f"{KEYS}/grant", WANTED)
    operator, (row,) = browser("operator"), queries.listing()
    operator.post(f"{KEYS}/{row.id}/take")
    assert operator.post(f"{KEYS}/{row.id}/replace").status_code == 200
    assert [one.state for one in queries.listing()] == [KeyState.ACTIVE, KeyState.ACTIVE]
    assert operator.post(f"{KEYS}/{row.id}/revoke").status_code == 302
    assert [one.state for one in queries.listing()] == [KeyState.ACTIVE, KeyState.REVOKED]


def test_place_is_subscribed_shown_and_ended(browser):
    administrator = browser("administrator")
    wanted = {"name": "データ基盤", "url": "https://example.com/hook", "kinds": ["review.answered"]}
    made = administrator.post(f"{PLACES}/make", wanted)
    assert "whsec_" in made.content.decode()
    seen = browser("auditor").get(PLACES).content.decode()
    assert "データ基盤" in seen
    assert "whsec_" not in seen
    row = Subscription.objects.get()
    assert "whsec_" in administrator.post(f"{PLACES}/{row.id}/secret").content.decode()
    assert administrator.post(f"{PLACES}/{row.id}/again").status_code == 302
    assert administrator.post(f"{PLACES}/{row.id}/end").status_code == 302
    assert administrator.post(f"{PLACES}/{row.id}/end").status_code == 409
    assert browser("operator").get(PLACES).status_code == 403


def test_address_of_the_inside_is_refused_and_the_form_kept(browser):
    wanted = {"name": "中の何か", "url": "https://169.254.169.254/latest", "kinds": ["review.answered"]}
    answer = browser("administrator").post(f"{PLACES}/make", wanted)
    assert answer.status_code == 422
    assert "https://169.254.169.254/latest" in answer.content.decode()
    assert not Subscription.objects.exists()
