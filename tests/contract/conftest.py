"""A print house, and three letters that wait for it. Imports are late: Django is not set up when this file is read."""

from datetime import timedelta

import pytest


@pytest.fixture
def printer(tmp_path, settings):
    from contract.print_house import PrintHouse, outside_world
    from keizoku.delivery import registry

    settings.LETTER_RETURN_ADDRESS = "東京都千代田区丸の内1-1-1"
    settings.LETTER_RETURN_POSTAL_CODE = "100-0005"
    settings.LETTER_PHONE = "0120-000-000"
    settings.LETTER_API_TOKEN = "sandbox"
    registry.transport.cache_clear()
    folder = tmp_path / "outside"
    with outside_world(folder) as (world, loop):
        settings.LETTER_API_URL = f"{world.url}/print"
        yield PrintHouse(folder, world, loop)


@pytest.fixture
def wave(committed_db, printer, make_customers, monkeypatch):
    """Three letters that wait to be sent; returns whose they are."""
    from contract.print_house import CAMPAIGN
    from keizoku.campaigns import letter_words
    from keizoku.delivery import reconciling
    from keizoku.delivery.tests.waves import open_wave

    monkeypatch.setattr(reconciling, "LOOK_UP_AFTER", timedelta(0))
    ids = make_customers(3)
    open_wave(
        CAMPAIGN,
        "letter",
        subject=letter_words.SUBJECT,
        body=letter_words.BODY,
        button_label=letter_words.LABEL,
    )
    return ids
