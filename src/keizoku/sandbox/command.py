"""The command that starts the outside world; `keizoku sandbox` and `python -m keizoku.sandbox` are this."""

import asyncio
import json
import signal
from pathlib import Path

import click

from keizoku.sandbox.line.channel import Channel
from keizoku.sandbox.mail.imap import Account as MailAccount
from keizoku.sandbox.outside import Plan, outside, write_ready_file
from keizoku.sandbox.population.crowd import Manners
from keizoku.sandbox.sms.api import TENANT, Account
from keizoku.sandbox.world.reading import read_people


@click.command(name="sandbox")
@click.option(
    "--world",
    "world_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The bank's customer file (CSV); its people live in this world.",
)
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder for the journals and mailboxes.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=int, default=0, show_default=True, help="HTTP port; 0 takes a free one.")
@click.option("--smtp-port", type=int, default=0, show_default=True, help="SMTP port; 0 takes a free one.")
@click.option("--imap-port", type=int, default=0, show_default=True, help="IMAP port; 0 takes a free one.")
@click.option(
    "--mailbox-password",
    envvar="KEIZOKU_BOUNCE_IMAP_PASSWORD",
    default="sandbox",
    help="Of the bank's mailbox for returned mail; its user is “bounces”.",
)
@click.option("--webhook-url", default="", help="Where LINE's webhooks go.")
@click.option("--channel-id", default="1234567890", show_default=True)
@click.option(
    "--channel-secret",
    envvar="KEIZOKU_LINE_CHANNEL_SECRET",
    required=True,
    help="Signs webhooks; issues tokens.",
)
@click.option(
    "--channel-token", envvar="KEIZOKU_LINE_CHANNEL_TOKEN", required=True, help="The long-lived access token."
)
@click.option("--sms-callback-url", default="", help="Where the SMS carrier's callbacks go.")
@click.option(
    "--sms-tenant",
    envvar="KEIZOKU_SMS_TENANT",
    default=TENANT,
    show_default=True,
    help="The SMS account's tenant.",
)
@click.option("--sms-token", envvar="KEIZOKU_SMS_TOKEN", default="sandbox", help="The SMS account's token.")
@click.option(
    "--print-token",
    envvar="KEIZOKU_LETTER_API_TOKEN",
    default="sandbox",
    help="The token at the print house.",
)
@click.option(
    "--institution",
    envvar="KEIZOKU_INSTITUTION",
    default="サンドボックス銀行",
    help="The account's name in talks.",
)
@click.option(
    "--portal-url",
    envvar="KEIZOKU_PUBLIC_URL",
    default="http://127.0.0.1:8000",
    help="The customers' portal.",
)
@click.option("--population", is_flag=True, help="Customers answer by themselves from the start.")
@click.option("--seed", type=int, default=1, show_default=True, help="Draws everybody's habits.")
@click.option("--line-answers", type=float, default=Manners().line_answers, show_default=True)
@click.option("--mail-answers", type=float, default=Manners().mail_answers, show_default=True)
@click.option("--sms-answers", type=float, default=Manners().sms_answers, show_default=True)
@click.option(
    "--answer-delay",
    type=(float, float),
    default=(Manners().soonest, Manners().latest),
    show_default=True,
    help="Seconds between delivery and answer, from and to.",
)
@click.option(
    "--delivery-delay",
    type=(float, float),
    default=(1.0, 5.0),
    show_default=True,
    help="Seconds between LINE's acceptance and delivery, from and to.",
)
def command(
    *,
    world_file: Path,
    state: Path,
    host: str,
    port: int,
    smtp_port: int,
    imap_port: int,
    mailbox_password: str,
    webhook_url: str,
    sms_callback_url: str,
    sms_tenant: str,
    sms_token: str,
    print_token: str,
    channel_id: str,
    channel_secret: str,
    channel_token: str,
    institution: str,
    portal_url: str,
    population: bool,
    seed: int,
    line_answers: float,
    mail_answers: float,
    sms_answers: float,
    answer_delay: tuple[float, float],
    delivery_delay: tuple[float, float],
) -> None:
    """Run the outside world: LINE, mail, SMS, a print house, the customers' phones, and customers who answer."""
    plan = Plan(
        people=read_people(world_file),
        state=state,
        channel=Channel(channel_id, channel_secret, channel_token, institution),
        webhook_url=webhook_url,
        sms_account=Account(sms_tenant, sms_token),
        sms_callback_url=sms_callback_url,
        print_token=print_token,
        portal_url=portal_url,
        host=host,
        port=port,
        smtp_port=smtp_port,
        imap_port=imap_port,
        mailbox=MailAccount("bounces", mailbox_password),
        seed=seed,
        population=population,
        manners=Manners(line_answers, mail_answers, *answer_delay, sms_answers),
        quickest_delivery=delivery_delay[0],
        slowest_delivery=delivery_delay[1],
    )
    asyncio.run(_run_until_told(plan))


async def _run_until_told(plan: Plan) -> None:
    """Until SIGTERM or SIGINT, or loudly until a worker breaks.

    Says where it listens on its standard output, one JSON line.
    """
    plan.state.mkdir(parents=True, exist_ok=True)
    (plan.state / "ready.json").unlink(missing_ok=True)
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    async with outside(plan) as running:
        write_ready_file(plan.state, running)
        ports = {"smtp_port": running.smtp_port, "imap_port": running.imap_port}
        click.echo(json.dumps({"event": "sandbox.ready", "url": running.url, **ports}))
        waiting = asyncio.create_task(told.wait())
        await asyncio.wait({waiting, *running.workers}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
