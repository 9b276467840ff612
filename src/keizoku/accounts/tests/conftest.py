from collections.abc import Callable
from typing import Any

import pytest


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
