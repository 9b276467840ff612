"""The wire of the capture: order, nonce, expiry and timing are the server's to hold."""

import hashlib

import pytest
from django.db import IntegrityError, transaction

from keizoku.audit.models import Entry
from keizoku.identity import capturing, errors
from keizoku.identity.asking import withdraw
from keizoku.identity.models import Challenge, Shot, Verification
from keizoku.identity.rules.states import State
from keizoku.identity.rules.steps import SkipReason, Step, StepName
from keizoku.identity.tests.doubles import POSES
from keizoku.identity.tests.people import ASKER, ask_for, begin, bring, capture
from keizoku.kernel import files
from keizoku.kernel.actor import Actor

FRONT, BACK, TILT = Step(StepName.FRONT), Step(StepName.BACK), Step(StepName.TILT)


@pytest.fixture
def session(asked, sight, clock):
    return begin(asked)


def brought(verification):
    return list(
        Shot.objects.filter(verification=verification).order_by("id").values_list("step", "is_accepted")
    )


def test_whole_capture_of_a_licence_keeps_every_picture_as_it_came(asked, sight, clock):
    told = capturing.tell(session := begin(asked))
    assert (told.institution, told.purpose) == ("継続銀行", "お客さま情報の定期的な確認")
    assert told.left == (StepName.FRONT, StepName.BACK, StepName.TILT, StepName.FACE)

    document = capturing.challenge(session)
    assert document.steps == (FRONT, BACK, TILT)
    data = b"front, as the camera made it"
    receipt = capturing.receive(session, document.nonce, FRONT, data, 10)
    assert (receipt.is_accepted, receipt.next) == (True, BACK)
    capturing.receive(session, document.nonce, BACK, b"back", 20)
    receipt = capturing.receive(session, document.nonce, TILT, b"tilt", 30)
    assert (receipt.next, receipt.left) == (None, (StepName.FACE,))

    face = capturing.challenge(session)
    assert [step.pose for step in face.steps] == list(POSES)
    assert (face.expires_at - document.expires_at).total_seconds() == -8 * 60
    for number, step in enumerate(face.steps):
        receipt = capturing.receive(session, face.nonce, step, step.pose.encode(), 500 * number)
    assert (receipt.next, receipt.left) == (None, ())
    assert capturing.challenge(session).steps == ()
    assert capturing.finish(session) is State.JUDGING
    assert capturing.finish(session) is State.JUDGING

    shot = Shot.objects.get(verification=asked, step="front")
    assert (shot.sha256, shot.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert files.open_stored(shot.file).read() == data
    assert not (files._path(shot.file).read_bytes().count(data)), "encrypted at rest"
    assert Entry.objects.filter(action="identity.shot.received").count() == 6


def test_what_does_not_fit_the_challenge_is_refused_and_nothing_is_lost(session, asked, clock):
    asked_for = capturing.challenge(session)
    capturing.receive(session, asked_for.nonce, FRONT, b"front", 10)
    with pytest.raises(errors.StepOutOfOrder):
        capturing.receive(session, asked_for.nonce, TILT, b"tilt", 20)
    with pytest.raises(errors.StepOutOfOrder):
        capturing.receive(session, asked_for.nonce, FRONT, b"front again", 20)
    with pytest.raises(errors.ChallengeUnknown):
        capturing.receive(session, "another nonce", BACK, b"back", 20)
    with pytest.raises(errors.ShotTooLarge):
        capturing.receive(session, asked_for.nonce, BACK, b"b" * (15 * 1024 * 1024 + 1), 20)
    assert brought(asked) == [("front", True)]

    clock(minutes=10)
    with pytest.raises(errors.ChallengeExpired):
        capturing.receive(session, asked_for.nonce, BACK, b"back", 20)
    later = capturing.challenge(session)
    assert later.steps == (BACK, TILT), "what was taken stays taken"
    with pytest.raises(errors.ChallengeUnknown):
        capturing.receive(session, asked_for.nonce, BACK, b"back", 20)


def test_challenge_of_another_session_is_worth_nothing(session, asked, sight, make_customers):
    (other,) = make_customers(1)
    theirs = capturing.challenge(begin(ask_for(other)))
    capturing.challenge(session)
    with pytest.raises(errors.ChallengeUnknown):
        capturing.receive(session, theirs.nonce, FRONT, b"front", 10)
    assert Shot.objects.count() == 0


def test_moment_that_cannot_be_and_picture_that_came_before_are_not_believed(session, asked, clock):
    bring(session)
    face = capturing.challenge(session)
    first, second, _ = face.steps
    clock(seconds=1)
    assert capturing.receive(session, face.nonce, first, b"one", 900).is_accepted
    for data, moment, reason in (
        (b"two", 1_100, "untimely"),
        (b"two", 60_000, "untimely"),
        (b"one", 1_500, "repeated_picture"),
    ):
        receipt = capturing.receive(session, face.nonce, second, data, moment)
        assert (receipt.is_accepted, receipt.reasons, receipt.next) == (False, (reason,), second)
    assert Shot.objects.filter(verification=asked, step="face", is_accepted=True).count() == 1
    assert capturing.receive(session, face.nonce, second, b"two", 1_500).is_accepted


def test_faces_of_two_challenges_do_not_add_up(session, clock):
    bring(session)
    face = capturing.challenge(session)
    for number, step in enumerate(face.steps[:2]):
        capturing.receive(session, face.nonce, step, step.pose.encode(), 500 * number)
    clock(minutes=2)
    assert len(capturing.challenge(session).steps) == 3


def test_picture_that_shows_a_number_is_destroyed_before_it_is_stored(session, asked, monkeypatch):
    monkeypatch.setattr(files, "store", lambda _: pytest.fail("stored"))
    asked_for = capturing.challenge(session)
    receipt = capturing.receive(session, asked_for.nonce, FRONT, b"a number of twelve digits", 10)

    assert (receipt.is_accepted, receipt.reasons, receipt.next) == (False, ("individual_number",), FRONT)
    shot = Shot.objects.get(verification=asked)
    assert (shot.file, shot.sha256, shot.scores) == ("", "", {})
    entry = Entry.objects.get(action="identity.shot.destroyed")
    assert entry.details == {"step": "front", "shows": "individual_number"}


def test_picture_that_cannot_be_judged_is_not_kept(session, asked, monkeypatch):
    monkeypatch.setattr(files, "store", lambda _: pytest.fail("stored"))
    asked_for = capturing.challenge(session)
    receipt = capturing.receive(session, asked_for.nonce, FRONT, b"all blur", 10)
    assert (receipt.is_accepted, receipt.reasons, receipt.next) == (False, ("blur",), FRONT)
    assert brought(asked) == [("front", False)]


def test_head_turn_may_be_declined_and_leaves_one_plain_picture(session, asked):
    bring(session)
    capturing.challenge(session)
    assert capturing.skip(session, StepName.FACE, SkipReason.HEAD_TURN_DECLINED) == (StepName.FACE,)
    assert capturing.challenge(session).steps == (Step(StepName.FACE, "front"),)
    assert capturing.skip(session, StepName.FACE, SkipReason.FACE_DECLINED) == ()
    assert capturing.finish(session) is State.JUDGING
    assert list(asked.skips.order_by("id").values_list("reason", flat=True)) == [
        "head_turn_declined",
        "face_declined",
    ]


def test_front_cannot_be_let_go_and_nothing_is_finished_half(session, asked):
    with pytest.raises(errors.SkipRefused):
        capturing.skip(session, StepName.FRONT, SkipReason.NO_BACK)
    with pytest.raises(errors.NotComplete):
        capturing.finish(session)
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_my_number_card_has_no_back_at_all(asked, sight, clock):
    session = begin(asked, "my_number_card")
    assert capturing.challenge(session).steps == (FRONT, TILT)
    with pytest.raises(errors.SkipRefused):
        capturing.skip(session, StepName.BACK, SkipReason.NO_BACK)


def test_kind_may_be_changed_until_the_first_shot(session):
    capturing.choose(session, "passport")
    asked_for = capturing.challenge(session)
    capturing.receive(session, asked_for.nonce, FRONT, b"front", 10)
    with pytest.raises(errors.KindFixed):
        capturing.choose(session, "driving_licence")
    with pytest.raises(errors.KindNotChosen):
        capturing.choose(session, "library_card")


def test_another_device_takes_the_session_over(session, asked, clock):
    again = capturing.resume(session.token)
    assert again == session
    capturing.begin(asked.id, Actor.customer(asked.customer_id))
    with pytest.raises(errors.SessionOver):
        capturing.resume(session.token)
    with pytest.raises(errors.SessionOver):
        capturing.challenge(session)
    with pytest.raises(errors.SessionUnknown):
        capturing.resume("no such token")


def test_session_ends_with_its_time_and_with_its_verification(session, asked, clock):
    clock(hours=2)
    with pytest.raises(errors.SessionOver):
        capturing.challenge(session)
    clock(hours=-2)
    withdraw(asked.id, ASKER)
    with pytest.raises(errors.SessionOver):
        capturing.challenge(session)
    with pytest.raises(errors.VerificationOver):
        capturing.begin(asked.id, ASKER)
    with pytest.raises(errors.VerificationOver):
        withdraw(asked.id, ASKER)


def test_who_tries_too_often_is_sent_to_a_person(session, monkeypatch):
    monkeypatch.setattr(capturing, "MOST_CHALLENGES", 2)
    capturing.challenge(session)
    capturing.challenge(session)
    with pytest.raises(errors.TooManyTries):
        capturing.challenge(session)
    assert Challenge.objects.count() == 2


def test_no_token_and_no_nonce_is_kept(session, asked):
    asked_for = capturing.challenge(session)
    rows = [
        str(row)
        for row in (*Challenge.objects.values(), *asked.sessions.values(), *Entry.objects.values("details"))
    ]
    assert not [row for row in rows if session.token in row or asked_for.nonce in row]


def test_database_refuses_a_leap_over_the_judgement(asked, sight, clock):
    captured = capture(asked)
    with pytest.raises(IntegrityError), transaction.atomic():
        Verification.objects.filter(id=captured.id).update(state="passed")
    with pytest.raises(IntegrityError), transaction.atomic():
        Verification.objects.filter(id=captured.id).update(purpose="procedure")
