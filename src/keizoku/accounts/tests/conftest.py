from collections.abc import Callable, Iterator
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def quick_hashes(settings: Any) -> Iterator[None]:
    """The real hash takes a third of a second by design; what is tested here is what surrounds it.

    What nobody's password is compared with is made once a process: by the hash that holds here, and anew afterwards.
    """
    from keizoku.accounts import actions

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    actions._nobodys_hash.cache_clear()
    yield
    actions._nobodys_hash.cache_clear()


@pytest.fixture
def make_staff() -> Callable[..., Any]:
    from keizoku.accounts.actions import create_staff
    from keizoku.kernel.actor import Actor

    def make(role: str = "operator", login: str = "yamada", **particulars: Any) -> Any:
        return create_staff(
            actor=Actor.system("installation"),
            login=login,
            display_name="山田 花子",
            role=role,
            **particulars,
        )

    return make
