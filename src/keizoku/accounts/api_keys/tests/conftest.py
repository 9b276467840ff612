"""Staff of each role, and keys granted to them and taken by them."""

import pytest


@pytest.fixture
def staff(db):
    from keizoku.accounts.models import Staff
    from keizoku.accounts.rules import ROLES

    return {role: Staff.objects.create(login=role, display_name=f"{role}さん", role=role) for role in ROLES}


@pytest.fixture
def key_of(staff):
    """``key_of("operator", "due:read")`` → what ``take`` gave."""
    from keizoku.accounts.api_keys import actions

    def make(role, *scopes, **more):
        wanted = actions.Grant(role, "試験", scopes, more.pop("days", 30), **more)
        key_id = actions.grant(wanted, actor=staff["administrator"].actor)
        return actions.take(key_id, staff[role])

    return make
