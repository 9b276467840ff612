"""A few of a campaign's customers link their LINE accounts, so that a push goes out too.

On the phone as anybody does it: become a friend or say 連携, take the button of the bank's reply, agree in LINE's dialog.
Only our own page between the two (who are you?) is passed over: its answer, a nonce, is asked for here.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from keizoku.cli.demo import canaries
from keizoku.cli.demo.browser import Answer, Browser, WalkFailed
from keizoku.sandbox.chance import Chance
from keizoku.sandbox.population.pages import Form
from keizoku.sandbox.world.assumptions import Reception
from keizoku.sandbox.world.people import World
from keizoku.sandbox.world.reading import read_people

_TOKEN: Final = re.compile(r"[?&]linkToken=([^&]+)")


def candidates(sample: Path, campaign: int, wanted: int) -> dict[str, int]:
    """Customer number → customer, of those in the campaign's frozen audience who have a LINE account of their own."""
    from django.db import connection

    from keizoku.customers.sealing import number_token

    world = World(read_people(sample), Chance(canaries.SEED))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.number_token, c.id FROM campaigns_audience a JOIN customers_customer c ON c.id = a.customer_id "
            "WHERE a.campaign_id = %s",
            [campaign],
        )
        asked = {bytes(token): customer for token, customer in cursor.fetchall()}
    found: dict[str, int] = {}
    for person in world.people.values():
        is_alone = person.phone is not None and len(world.owners(person.phone)) == 1
        if is_alone and person.phone and world.reception(person.phone) is Reception.ON:
            customer = asked.get(bytes(number_token(person.number)))
            if customer is not None:
                found[person.number] = customer
        if len(found) == wanted:
            break
    return found


def link(sandbox: str, number: str, customer: int, wait: Callable[[Callable[[], bool], str], None]) -> None:
    """One account; ``wait`` looks again until something holds."""
    from keizoku.customers.linking import actions, queries

    phone = Browser(sandbox)
    talk = phone.get(f"/phone/{number}")
    before = len(_tokens(talk))
    if follow := [form for form in talk.page.forms if _befriends(form)]:
        phone.submit(talk, follow[0], {"act": "follow"})
    else:
        phone.submit(talk, talk.form_with("text"), {"text": "連携"})
    wait(lambda: len(_tokens(phone.get(f"/phone/{number}"))) > before, f"{number} is not offered a link")
    token = _tokens(phone.get(f"/phone/{number}"))[-1]
    dialog = phone.get(f"/dialog/bot/accountLink?linkToken={token}&nonce={actions.offer(customer)}")
    agreed = phone.submit(dialog, dialog.form_with("linkToken"), {})
    if agreed.status >= 400:  # noqa: PLR2004 - HTTP's own border
        raise WalkFailed(f"LINE's dialog refused: {agreed.page.text[:200]}")
    wait(lambda: queries.is_linked(customer), f"{number} is not linked")


def _befriends(form: Form) -> bool:
    return any(choice.value == "follow" for entry in form.fields for choice in entry.choices)


def _tokens(talk: Answer) -> list[str]:
    return [found[1] for uri in talk.page.links if (found := _TOKEN.search(uri))]
