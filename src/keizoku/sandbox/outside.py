"""Puts the outside world together and runs it: ports of HTTP (LINE, SMS, print house, phone, control), SMTP and IMAP."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from keizoku.sandbox.chance import Chance
from keizoku.sandbox.clock import Agenda, Clock
from keizoku.sandbox.control import Control
from keizoku.sandbox.faults import Faults
from keizoku.sandbox.inbox import Inbox
from keizoku.sandbox.journal import Journal
from keizoku.sandbox.line.channel import AccessTokens, Channel
from keizoku.sandbox.line.deliveries import Deliveries
from keizoku.sandbox.line.gate import LARGEST_BODY, Gate
from keizoku.sandbox.line.idempotency import ReplyTokens, RetryKeys
from keizoku.sandbox.line.limits import PUSH_CLASS, Buckets
from keizoku.sandbox.line.linking import Linking
from keizoku.sandbox.line.sending import Sending
from keizoku.sandbox.line.settings import Settings
from keizoku.sandbox.line.statistics import Statistics
from keizoku.sandbox.line.talk import Talk
from keizoku.sandbox.line.templated import Templated
from keizoku.sandbox.line.webhooks import REDELIVERIES, Webhooks
from keizoku.sandbox.mail.imap import Account as MailAccount
from keizoku.sandbox.mail.imap import serve as serve_mailbox
from keizoku.sandbox.mail.office import PostOffice
from keizoku.sandbox.mail.returns import Mailbox, Returns
from keizoku.sandbox.mail.server import serve
from keizoku.sandbox.phone.front import Front
from keizoku.sandbox.phone.person import PersonPages
from keizoku.sandbox.population.crowd import Crowd, Manners
from keizoku.sandbox.print.api import Api as PrintApi
from keizoku.sandbox.print.house import House
from keizoku.sandbox.sms.api import TENANT, Account, Api
from keizoku.sandbox.sms.exchange import Exchange
from keizoku.sandbox.world.people import World
from keizoku.sandbox.world.reading import Person

_STATIC = Path(__file__).parent / "phone" / "static"
JOURNALS = ("line", "smtp", "sms", "print", "webhooks", "answers")


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that the outside world is told at its start. Ports 0 take free ones."""

    people: Iterable[Person]
    state: Path
    channel: Channel
    webhook_url: str = ""
    sms_account: Account = field(default_factory=lambda: Account(TENANT, "sandbox"))
    sms_callback_url: str = ""
    print_token: str = "sandbox"  # noqa: S105 - the emulator's own
    portal_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 0
    smtp_port: int = 0
    imap_port: int = 0
    mailbox: MailAccount = field(default_factory=lambda: MailAccount("bounces", "sandbox"))
    seed: int = 1
    population: bool = False
    manners: Manners = field(default_factory=Manners)
    quickest_delivery: float = 1.0
    slowest_delivery: float = 5.0
    redeliveries: tuple[float, ...] = REDELIVERIES
    push_class: float = PUSH_CLASS


@dataclass(frozen=True, slots=True)
class Outside:
    """The running world. Tests may look at its parts; the product talks to its ports. `workers` never end well."""

    url: str
    smtp_port: int
    imap_port: int
    channel: Channel
    world: World
    clock: Clock
    deliveries: Deliveries
    exchange: Exchange
    house: House
    control: Control
    crowd: Crowd
    workers: tuple[asyncio.Task[None], ...]


@asynccontextmanager
async def outside(plan: Plan) -> AsyncIterator[Outside]:
    """Runs the outside world for as long as the block lasts."""
    clock, faults = Clock(), Faults()
    agenda = Agenda(clock)
    journals = {name: Journal(plan.state / f"{name}.jsonl", clock) for name in JOURNALS}
    inbox = Inbox(plan.state / "inbox.jsonl")
    world = World(plan.people, Chance(plan.seed))
    house = House(plan.state / "print", clock, agenda, Chance(plan.seed))
    tokens = AccessTokens(plan.channel, clock)
    webhooks = Webhooks(
        plan.channel, clock, faults, journals["webhooks"],
        endpoint=plan.webhook_url, redeliveries=plan.redeliveries,
    )  # fmt: skip
    deliveries = Deliveries(
        world, clock, agenda, inbox, webhooks,
        quickest=plan.quickest_delivery, slowest=plan.slowest_delivery,
    )  # fmt: skip
    exchange = Exchange(
        world, clock, agenda, inbox, journal=journals["webhooks"], faults=faults,
        callback_url=plan.sms_callback_url, quickest=plan.quickest_delivery, slowest=plan.slowest_delivery,
        again_after=plan.redeliveries,
    )  # fmt: skip
    mailbox = Mailbox(plan.state / "mailbox")
    returns = Returns(world, clock, agenda, mailbox)
    office = PostOffice(world, clock, inbox, journals["smtp"], faults=faults, returns=returns)
    crowd = Crowd(world, clock, agenda, journals["answers"], portal_url=plan.portal_url, manners=plan.manners)
    crowd.switch(on=plan.population)
    inbox.when_arrived(crowd.receive)
    control = Control(
        world=world, clock=clock, journals=journals, faults=faults, inbox=inbox,
        deliveries=deliveries, webhooks=webhooks, office=office, returns=returns, exchange=exchange,
        house=house, crowd=crowd,
    )  # fmt: skip
    reply_tokens, statistics = ReplyTokens(clock), Statistics(deliveries, clock)
    talk = Talk(world, clock, inbox, webhooks, reply_tokens)
    settings = Settings(
        channel=plan.channel, tokens=tokens, world=world,
        deliveries=deliveries, webhooks=webhooks, clock=clock,
    )  # fmt: skip
    front = Front(world, inbox, control.status)
    gate = Gate(journals["line"], tokens, Buckets(plan.push_class), faults)
    app = web.Application(middlewares=[gate.middleware()], client_max_size=LARGEST_BODY)
    app.add_routes(
        [
            web.get("/", _to_phone),
            web.get("/phone", front.show),
            web.static("/phone/static", _STATIC),
            *PersonPages(world, inbox, deliveries, talk, plan.channel.name).routes(),
            *control.routes(),
            *Sending(world, deliveries, RetryKeys(clock), reply_tokens, statistics).routes(),
            *Templated(deliveries, statistics).routes(),
            *Linking(world, clock, deliveries, webhooks, reply_tokens).routes(),
            *statistics.routes(),
            *settings.routes(),
            *Api(plan.sms_account, exchange, clock, journals["sms"], faults).routes(),
            *PrintApi(plan.print_token, house, journals["print"], faults).routes(),
        ]
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, plan.host, plan.port)
    await site.start()
    mail = await serve(office, plan.host, plan.smtp_port)
    returned = await serve_mailbox(mailbox, plan.mailbox, plan.host, plan.imap_port)
    workers = [
        asyncio.create_task(work) for work in (agenda.run(), webhooks.run(), exchange.run(), crowd.run())
    ]
    http_port = runner.addresses[0][1]
    try:
        yield Outside(
            url=f"http://{plan.host}:{http_port}",
            smtp_port=mail.sockets[0].getsockname()[1],
            imap_port=returned.sockets[0].getsockname()[1],
            channel=plan.channel,
            world=world,
            clock=clock,
            deliveries=deliveries,
            exchange=exchange,
            house=house,
            control=control,
            crowd=crowd,
            workers=tuple(workers),
        )
    finally:
        for worker in workers:
            worker.cancel()
        for worker in workers:
            with suppress(asyncio.CancelledError):
                await worker
        mail.close()
        returned.close()
        await runner.cleanup()
        for journal in journals.values():
            journal.close()
        inbox.close()


def write_ready_file(state: Path, running: Outside) -> None:
    """state/ready.json says where the world can be reached; it is written last of all."""
    ready = {
        "url": running.url,
        "smtp_port": running.smtp_port,
        "imap_port": running.imap_port,
        "people": len(running.world.people),
    }
    (state / "ready.json").write_text(json.dumps(ready), encoding="utf-8")


async def _to_phone(_request: web.Request) -> web.Response:
    raise web.HTTPSeeOther("/phone")
