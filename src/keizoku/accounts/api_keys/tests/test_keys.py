"""Keys of the API: granted by one, taken by another, scoped, hashed, replaced, revoked."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from keizoku.accounts.api_keys import actions, queries, rules
from keizoku.accounts.errors import ApiKeyRefused, NotPermitted
from keizoku.accounts.models import ApiKey, Staff
from keizoku.audit.models import Entry
from keizoku.kernel.actor import Actor

DUE = actions.Grant("operator", "夜間連携", ("due:read",), 30)


def entries(verb):
    return list(Entry.objects.filter(action=f"accounts.api_key.{verb}").values_list("actor_id", flat=True))


def test_person_takes_the_secret_of_a_key_that_an_administrator_granted(staff):
    key_id = actions.grant(DUE, actor=staff["administrator"].actor)
    taken = actions.take(key_id, staff["operator"])

    caller = queries.admit(taken.secret)
    assert caller is not None
    assert (caller.staff, caller.scopes, caller.prefix) == (
        staff["operator"],
        frozenset({"due:read"}),
        taken.prefix,
    )
    assert entries("granted") == [str(staff["administrator"].pk)]
    assert entries("taken") == [str(staff["operator"].pk)]


def test_administrator_never_takes_the_secret_of_somebody_elses_key(staff):
    key_id = actions.grant(DUE, actor=staff["administrator"].actor)
    with pytest.raises(ApiKeyRefused):
        actions.take(key_id, staff["administrator"])
    with pytest.raises(ApiKeyRefused):
        actions.grant_and_take(DUE, actor=staff["administrator"].actor)
    assert ApiKey.objects.get(pk=key_id).token_hash is None


def test_secret_is_given_once(staff, key_of):
    taken = key_of("operator", "due:read")
    with pytest.raises(ApiKeyRefused):
        actions.take(taken.key_id, staff["operator"])


def test_nothing_of_the_secret_is_kept_but_its_hash(staff, key_of):
    taken = key_of("operator", "due:read")
    row = ApiKey.objects.values().get(pk=taken.key_id)
    assert bytes(row["token_hash"]) == rules.digest_of(taken.secret)
    secret = taken.secret.removeprefix(f"kz_{taken.prefix}_")
    with connection.cursor() as cursor:
        cursor.execute("SELECT k::text FROM accounts_apikey k UNION ALL SELECT e::text FROM audit_entry e")
        assert not any(secret in text for (text,) in cursor.fetchall())
    assert secret not in repr(taken)


def test_grant_that_nobody_takes_lapses(staff):
    key_id = actions.grant(DUE, actor=staff["administrator"].actor)
    ApiKey.objects.filter(pk=key_id).update(take_before=timezone.now())
    with pytest.raises(ApiKeyRefused):
        actions.take(key_id, staff["operator"])
    assert queries.listing()[0].state is rules.KeyState.LAPSED


@pytest.mark.parametrize(
    "wanted",
    [
        replace(DUE, login="nobody"),
        replace(DUE, name=" "),
        replace(DUE, scopes=()),
        replace(DUE, scopes=("everything",)),
        replace(DUE, days=0),
        replace(DUE, days=rules.LONGEST_DAYS + 1),
        replace(DUE, calls_a_minute=0),
        replace(DUE, scopes=("campaigns:approve",)),  # an operator's role may not approve
        replace(DUE, scopes=("customers:reveal",)),
    ],
    ids=lambda wanted: f"{wanted.login}-{wanted.scopes}-{wanted.days}-{wanted.calls_a_minute}",
)
def test_grant_that_makes_no_sense_is_refused(staff, wanted):
    with pytest.raises(ApiKeyRefused):
        actions.grant(wanted, actor=staff["administrator"].actor)
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("role", ["operator", "approver", "reviewer", "compliance", "auditor"])
def test_only_an_administrator_grants(staff, role):
    with pytest.raises(NotPermitted):
        actions.grant(DUE, actor=staff[role].actor)
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"revoked_at": timezone.now()},
        {"expires_at": timezone.now() + timedelta(microseconds=1)},
    ],
    ids=["revoked", "expired"],
)
def test_key_that_ended_lets_nobody_in(key_of, change):
    taken = key_of("operator", "due:read")
    past = timezone.now() - timedelta(days=2)
    ApiKey.objects.filter(pk=taken.key_id).update(granted_at=past, **change)
    assert queries.admit(taken.secret) is None


def test_key_of_somebody_who_left_lets_nobody_in(staff, key_of):
    taken = key_of("operator", "due:read")
    Staff.objects.filter(pk=staff["operator"].pk).update(is_active=False)
    assert queries.admit(taken.secret) is None


def test_right_that_the_role_lost_is_gone_from_the_key_at_once(staff, key_of):
    taken = key_of("reviewer", "customers:reveal")
    assert queries.admit(taken.secret).may("customers:reveal")
    Staff.objects.filter(pk=staff["reviewer"].pk).update(role="operator")
    assert not queries.admit(taken.secret).may("customers:reveal")


def test_altered_secret_lets_nobody_in(key_of):
    taken = key_of("operator", "due:read")
    last = "A" if taken.secret[-1] != "A" else "B"
    for presented in (taken.secret[:-1] + last, taken.secret + "A", taken.secret[:-1], "kz_", "", "ｋｚ"):
        assert queries.admit(presented) is None


def test_replaced_key_works_on_for_the_overlap_and_no_longer(staff, key_of):
    old = key_of("operator", "due:read")
    new = actions.replace(old.key_id, staff["operator"], overlap=timedelta(hours=1))

    assert queries.admit(old.secret).line == queries.admit(new.secret).line == old.key_id
    left = ApiKey.objects.get(pk=old.key_id).expires_at - timezone.now()
    assert timedelta(minutes=59) < left <= timedelta(hours=1)
    third = actions.replace(new.key_id, staff["operator"], overlap=timedelta(0))
    assert queries.admit(new.secret) is None
    assert queries.admit(third.secret).line == old.key_id


def test_nobody_replaces_anothers_key_and_nobody_a_dead_one(staff, key_of):
    taken = key_of("operator", "due:read")
    for who, overlap in (("administrator", timedelta(0)), ("operator", timedelta(days=8))):
        with pytest.raises(ApiKeyRefused):
            actions.replace(taken.key_id, staff[who], overlap=overlap)
    actions.revoke(taken.key_id, actor=staff["operator"].actor)
    with pytest.raises(ApiKeyRefused):
        actions.replace(taken.key_id, staff["operator"])
    assert ApiKey.objects.count() == 1


def test_holder_and_administrator_revoke_and_nobody_else(staff, key_of):
    first, second = key_of("operator", "due:read"), key_of("operator", "due:read")
    with pytest.raises(NotPermitted):
        actions.revoke(first.key_id, actor=staff["reviewer"].actor)
    assert queries.admit(first.secret)
    actions.revoke(first.key_id, actor=staff["operator"].actor)
    actions.revoke(second.key_id, actor=staff["administrator"].actor)
    assert queries.admit(first.secret) is queries.admit(second.secret) is None
    with pytest.raises(ApiKeyRefused):
        actions.revoke(first.key_id, actor=staff["administrator"].actor)


def test_use_is_noted_once_an_hour(key_of):
    taken = key_of("operator", "due:read")
    queries.admit(taken.secret)
    noted = ApiKey.objects.get(pk=taken.key_id).last_used_at
    queries.admit(taken.secret)
    assert noted is not None
    assert ApiKey.objects.get(pk=taken.key_id).last_used_at == noted


def test_command_line_makes_a_key_in_the_name_of_the_system(staff):
    taken = actions.grant_and_take(DUE, actor=Actor.system("cli"))
    assert queries.admit(taken.secret).staff == staff["operator"]
    assert entries("granted") == entries("taken") == ["cli"]


def test_every_scope_needs_permissions_that_some_role_holds():
    from keizoku.accounts.rules import ROLES, may

    for name, scope in rules.SCOPES.items():
        assert scope.permissions, name
        assert [role for role in ROLES if all(may(role, each) for each in scope.permissions)], name
