"""Signatures, addresses and pauses."""

from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

import keizoku
from keizoku.events.rules import kinds, places, signature, states


def test_signature_is_that_of_the_specification():
    """The example of the reference implementation of Standard Webhooks."""
    assert (
        signature.sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            b'{"test": 2432232314}',
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_both_secrets_sign_while_one_is_being_changed():
    first, second = signature.new_secret(), signature.new_secret()
    headers = signature.headers([second, first], "evt_1", 7, b"{}")
    assert headers["webhook-signature"].split() == [
        signature.sign(second, "evt_1", 7, b"{}"),
        signature.sign(first, "evt_1", 7, b"{}"),
    ]


REFUSED = (
    "http://example.com/hook",
    "ftp://example.com",
    "https://",
    "https://user:secret@example.com/",
    "https://example.com/#part",
    "https://10.0.0.1/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1/",
    "https://0.0.0.0/",
    "https://[::1]/",
    "https://[fd00::1]/",
    "https://[fe80::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[2002:a00:1::]/",
    "https://224.0.0.1/",
    "https://example.com:99999/",
    f"https://example.com/{'a' * 500}",
)


@pytest.mark.parametrize("url", [*REFUSED, "https://127.0.0.1/", "http://127.0.0.1/", "http://localhost:9/"])
def test_production_posts_to_the_outside_by_https_only(url):
    assert places.why_refused(url, is_demo=False)


@pytest.mark.parametrize("url", REFUSED[:8])
def test_demo_refuses_the_inside_too(url):
    assert places.why_refused(url, is_demo=True)


@pytest.mark.parametrize(
    "url", ["https://example.com/hook?x=1", "https://8.8.8.8/", "https://[2606:4700::1]/"]
)
def test_the_outside_is_allowed(url):
    assert places.why_refused(url, is_demo=False) == ""


def test_this_machine_is_allowed_to_a_demo():
    for url in ("http://127.0.0.1:8082/", "http://localhost:8082/", "http://[::1]:8082/"):
        assert places.why_refused(url, is_demo=True) == ""


def test_a_setting_opens_one_network_and_no_other():
    networks = (ip_network("10.20.0.0/16"),)
    assert places.why_refused("https://10.20.3.4/", is_demo=False, networks=networks) == ""
    assert places.why_refused("https://10.21.3.4/", is_demo=False, networks=networks)
    assert places.why_refused("https://[::ffff:10.20.3.4]/", is_demo=False, networks=networks) == ""


def test_pauses_grow_and_stay_near_their_mark():
    pauses = [states.pause_after(tries, 50) for tries in range(1, 12)]
    assert pauses == sorted(pauses)
    assert timedelta(seconds=4) < pauses[0] < timedelta(seconds=6)
    assert pauses[-1] < timedelta(hours=9)


def test_whatever_keeps_a_campaign_from_sending_is_told():
    told = {action for action, kind in kinds.EVENT_OF.items() if kind == "campaign.halted"}
    assert told == {
        "campaigns.first_wave.ended",
        "campaigns.campaign.paused",
        "campaigns.campaign.paused_by_fault",
        "campaigns.campaign.halted_by_fall",
        "campaigns.campaign.held_after_restore",
    }


def test_every_event_has_words_and_every_action_of_the_list_is_written_somewhere():
    assert set(kinds.EVENT_OF.values()) == set(kinds.WORDS)
    source = Path(keizoku.__file__).parent
    text = "".join(
        path.read_text("utf-8")
        for path in source.rglob("*.py")
        if "tests" not in path.parts and "events" not in path.parts
    )
    derived = {"campaigns.silent.proposed": 'f"campaigns.silent.{move.to.value}"'}
    unwritten = [
        one for one in kinds.EVENT_OF if f'"{one}"' not in text and derived.get(one, "?") not in text
    ]
    assert unwritten == []
