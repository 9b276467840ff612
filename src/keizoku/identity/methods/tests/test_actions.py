"""Confirming, switching, registering and accrediting by two people."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from joserfc.jwk import ECKey, OKPKey

from keizoku.accounts.errors import NotPermitted
from keizoku.audit.models import Entry
from keizoku.identity.methods import actions, queries, tables
from keizoku.identity.methods.errors import MethodNotAllowed, NoSuchMethod, OwnProposal, ProposalRefused
from keizoku.identity.methods.models import MethodProposal
from keizoku.identity.methods.rules.choosing import Question
from keizoku.identity.methods.rules.codes import Registration, Who
from keizoku.identity.methods.rules.proposals import State
from keizoku.identity.methods.tests.people import READ_ON, approve, confirm, sign, staff, switch
from keizoku.identity.rules.purposes import LegalUse
from keizoku.kernel.actor import Actor

IMAGE = "proceeds_of_crime/IMG_DOC_FACE/2018-11-30"
BY_LAW = Question(LegalUse.STATUTORY, date(2027, 3, 31), Who.RESIDENT, "proceeds_of_crime")
ONGOING = Question(LegalUse.ONGOING_CHECK, date(2027, 4, 1), Who.RESIDENT)


def refused(question, method):
    with pytest.raises(MethodNotAllowed) as refusal:
        queries.permitted(question, method)
    return refusal.value.code


def entries():
    return list(
        Entry.objects.filter(action__startswith="identity.method.")
        .order_by("id")
        .values_list("action", flat=True)
    )


def provider(signed_with, **changes):
    return {
        "issuer": "https://jpki.example",
        "name": "見本認証",
        "audience": "keizoku-bank",
        "key": signed_with.as_dict(private=False),
        "methods": ["JPKI_SIGN", "IC_FACE"],
        "longest_age_hours": 24,
        "contract": "2026-10-01の契約",
    } | changes


def test_image_and_face_is_used_when_two_have_read_the_law_and_two_have_switched_it_on(db):
    assert refused(BY_LAW, "IMG_DOC_FACE") == "identity.method_unconfirmed"
    confirm(IMAGE)
    assert refused(BY_LAW, "IMG_DOC_FACE") == "identity.method_switched_off"
    switch("proceeds_of_crime", "IMG_DOC_FACE")
    assert queries.permitted(BY_LAW, "IMG_DOC_FACE").row.letter == "ホ"
    after = replace(BY_LAW, on=date(2027, 4, 1))
    assert refused(after, "IMG_DOC_FACE") == "identity.method_ended"
    switch("proceeds_of_crime", "IMG_DOC_FACE", is_on=False)
    assert refused(BY_LAW, "IMG_DOC_FACE") == "identity.method_switched_off"
    assert entries() == ["identity.method.proposed", "identity.method.approved"] * 3
    states = MethodProposal.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == [State.IN_FORCE, State.ENDED, State.IN_FORCE]


def test_each_scope_is_switched_apart(db):
    switch("ongoing_check", "IMG_DOC_FACE")
    assert queries.permitted(ONGOING, "IMG_DOC_FACE").row is None
    assert (
        refused(replace(ONGOING, legal_use=LegalUse.PROCEDURE), "IMG_DOC_FACE")
        == "identity.method_switched_off"
    )


def test_who_signed_does_not_approve_neither_by_the_verb_nor_by_the_database(db):
    signed = sign(IMAGE)
    member = staff("compliance")
    with pytest.raises(NotPermitted):
        actions.approve(signed, member, digest=queries.proposal(signed).digest)
    promoted = staff("approver", "promoted")
    MethodProposal.objects.create(
        kind="confirm",
        subject="a/b/c",
        content={},
        digest="",
        made_by=str(promoted),
        made_at=timezone.now(),
        state_since=timezone.now(),
    )
    own = MethodProposal.objects.get(made_by=str(promoted))
    with pytest.raises(OwnProposal):
        actions.approve(own.id, promoted, digest="")
    for row, by in ((own, str(promoted)), (own, "system:identity"), (own, "")):
        with pytest.raises(IntegrityError), transaction.atomic():
            MethodProposal.objects.filter(id=row.id).update(state=State.IN_FORCE, decided_by=by)
    assert set(MethodProposal.objects.values_list("state", flat=True)) == {State.PROPOSED}
    with pytest.raises(NotPermitted):
        actions.sign(IMAGE, where="e-Gov", read_on=READ_ON, actor=staff("approver"))


def test_a_proposal_stays_as_it_was_made_and_goes_one_way(db):
    (held,) = confirm(IMAGE)
    row = MethodProposal.objects.filter(id=held)
    for changes in (
        {"content": {}},
        {"digest": "another"},
        {"made_by": "staff:99"},
        {"state": State.PROPOSED},
        {"state": State.DECLINED},
        {"decided_by": "staff:99", "state": State.ENDED},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**changes)
    with pytest.raises(IntegrityError), transaction.atomic():
        MethodProposal.objects.create(
            kind="switch",
            subject="a/b",
            content={},
            digest="",
            state=State.IN_FORCE,
            made_by="staff:1",
            decided_by="staff:2",
            made_at=timezone.now(),
            state_since=timezone.now(),
        )


def test_a_row_that_changes_is_unconfirmed_again_and_waits_for_nobody_who_read_the_old_one(db, monkeypatch):
    row = "proceeds_of_crime/F2F_PHOTO_DOC/2020-04-01"
    confirm(row)
    assert queries.permitted(BY_LAW, "F2F_PHOTO_DOC").row.letter == "イ"
    waiting = sign(IMAGE)
    whole = tables.table()
    changed = replace(
        whole,
        statutes=tuple(
            replace(one, rows=tuple(replace(each, note="変わった") for each in one.rows))
            for one in whole.statutes
        ),
    )
    for module in (queries, actions):
        monkeypatch.setattr(module, "table", lambda: changed)

    assert refused(BY_LAW, "F2F_PHOTO_DOC") == "identity.method_unconfirmed"
    with pytest.raises(ProposalRefused, match="変わりました"):
        approve(waiting)
    assert queries.proposal(waiting).state is State.PROPOSED
    sign(row)


def test_signing_says_where_and_when_it_was_read(db):
    compliance = staff("compliance")
    for key, where, read_on, words in (
        ("proceeds_of_crime/NONE/2020-04-01", "e-Gov", READ_ON, "表にありません"),
        ("proceeds_of_crime/CORP_CERT/2027-04-01", "e-Gov", READ_ON, "号がわからない"),
        (IMAGE, " ", READ_ON, "読んだ場所がありません"),
        (IMAGE, "e-Gov", date(2126, 1, 1), "これからの日付"),
    ):
        with pytest.raises(ProposalRefused, match=words):
            actions.sign(key, where=where, read_on=read_on, actor=compliance)
    assert not MethodProposal.objects.exists()
    sign(IMAGE)
    with pytest.raises(ProposalRefused, match="承認待ち"):
        sign(IMAGE)
    held = queries.table_row(IMAGE)
    assert (held.is_confirmed, held.waiting.content["where"], held.waiting.content["read_on"]) == (
        False,
        "e-Gov 法令検索",
        "2026-11-01",
    )
    approve(held.waiting.id)
    with pytest.raises(ProposalRefused, match="確認済み"):
        sign(IMAGE)


def test_a_confirmation_ends_by_one_and_a_switch_by_two(db):
    (held,) = confirm("proceeds_of_crime/F2F_PHOTO_DOC/2020-04-01")
    switched = switch("ongoing_check", "IMG_DOC")
    actions.end(held, staff("compliance", "second"))
    assert refused(BY_LAW, "F2F_PHOTO_DOC") == "identity.method_unconfirmed"
    with pytest.raises(ProposalRefused, match="2人で変えます"):
        actions.end(switched, staff("compliance"))
    assert queries.proposal(switched).state is State.IN_FORCE


def test_what_is_declined_withdrawn_or_forgotten_holds_nowhere(db, monkeypatch):
    first, second, third = (
        sign(f"second_hand/{name}/2025-06-01") for name in ("F2F_DOC", "IC_FACE", "IC_MAIL")
    )
    actions.decline(first, staff("approver"))
    actions.withdraw(second, staff("compliance"))
    later = timezone.now() + timedelta(days=31)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert actions.sweep() == 1
    assert [queries.proposal(one).state for one in (first, second, third)] == [
        State.DECLINED,
        State.WITHDRAWN,
        State.LAPSED,
    ]
    with pytest.raises(ProposalRefused):
        approve(third)
    assert queries.standing().confirmed == {}
    assert entries()[-1] == "identity.method.lapsed"


def test_jpki_waits_for_the_institutions_registration_and_a_provider(db):
    confirm("proceeds_of_crime/JPKI_SIGN/2025-06-24")
    assert refused(BY_LAW, "JPKI_SIGN") == "identity.method_not_registered"
    approve(
        actions.register(
            Registration.SIGNATURE_VERIFIER,
            is_held=True,
            reference="2026-09-01 届出",
            actor=staff("compliance"),
        )
    )
    assert refused(BY_LAW, "JPKI_SIGN") == "identity.method_no_provider"
    accredited = approve(actions.accredit(provider(OKPKey.generate_key("Ed25519")), staff("compliance")))
    assert queries.permitted(BY_LAW, "JPKI_SIGN").row.letter == "カ"
    assert queries.provider("https://jpki.example").algorithms == ("EdDSA", "Ed25519")
    actions.end(accredited, staff("approver"))
    assert refused(BY_LAW, "JPKI_SIGN") == "identity.method_no_provider"


def test_a_provider_is_taken_with_a_public_key_of_a_known_kind_alone(db):
    good = ECKey.generate_key("P-256")
    off_curve = good.as_dict(private=False) | {"x": good.as_dict(private=False)["y"]}
    for wrong, place in (
        ({"key": good.as_dict(private=True)}, "key"),
        ({"key": ECKey.generate_key("P-384").as_dict(private=False)}, "key"),
        ({"key": off_curve}, "key"),
        ({"key": {"kty": "oct", "k": "c2VjcmV0"}}, "key"),
        ({"methods": ["UNHEARD_OF"]}, "methods"),
        ({"longest_age_hours": 0}, "longest_age_hours"),
        ({"name": ""}, "name"),
        ({"more": "of it"}, "項目"),
    ):
        with pytest.raises(ProposalRefused, match=place):
            actions.accredit(provider(good, **wrong), staff("compliance"))
    assert not MethodProposal.objects.exists()
    actions.accredit(provider(good), staff("compliance"))
    assert queries.waiting()[0].content["key"] == {
        name: good.as_dict(private=False)[name] for name in ("kty", "crv", "x", "y")
    }


def test_a_method_or_statute_that_nobody_knows_is_refused(db):
    with pytest.raises(NoSuchMethod):
        queries.permitted(BY_LAW, "UNHEARD_OF")
    with pytest.raises(NoSuchMethod):
        queries.answer(replace(BY_LAW, statute="unheard_of"))
    with pytest.raises(ProposalRefused):
        actions.switch("individual_number", "IC_FACE", is_on=True, reason="x", actor=staff("compliance"))
    with pytest.raises(NotPermitted):
        actions.switch("second_hand", "IC_FACE", is_on=True, reason="x", actor=Actor.customer(1))
