"""``python -m services.submission COMMAND``: submission's processes, and what an operator does by hand."""

import click

from services.submission import bootstrap, relay, timekeeper
from services.submission.application.rebuild_items import rebuild_items
from services.submission.application.tokens import ensure_administrator
from services.submission.config import MigrateSettings, SubmissionWebSettings
from shared.eventstore import republish
from shared.operations import lifecycle, logging
from shared.operations.settings import SettingMistake, read
from shared.web import server

SECRET_LENGTH_MIN = 16
SHOWN_MAX = 20


@click.group()
def main() -> None:
    """Takes submissions, keeps the directory and time, and publishes what happened."""


@main.command("web")
def web_command() -> None:
    """Serve the API over HTTP."""
    lifecycle.run_process("submission web", _serve)


@main.command("relay")
def relay_command() -> None:
    """Publish department-events and directory-events on Kafka."""
    lifecycle.run_process("submission relay", relay.run)


@main.command("timekeeper")
def timekeeper_command() -> None:
    """Write milestones where nothing else happens."""
    lifecycle.run_process("submission timekeeper", timekeeper.run)


@main.command("migrate")
def migrate_command() -> None:
    """Bring the database to the schema of this version, and make sure of the administrator's token."""
    lifecycle.run_process("submission migrate", _migrate)


@main.command("republish")
@click.option("--topic", help="Only the events of this topic; otherwise of all.")
def republish_command(topic: str | None) -> None:
    """Have the relay publish everything again, for a broker that lost its data; consumers drop what they have."""
    lifecycle.run_process("submission republish", lambda: _republish(topic))


@main.command("rebuild-items")
@click.option("--repair", is_flag=True, help="Write what differs; otherwise it is only told.")
def rebuild_items_command(repair: bool) -> None:
    """Work the items out again from the events, and compare. Ends with 1 when something differs and stays so."""
    lifecycle.run_process("submission rebuild-items", lambda: _rebuild_items(repair))


def _serve() -> None:
    server.serve("services.submission.http.app:create()", read(SubmissionWebSettings))


def _migrate() -> None:
    settings = read(MigrateSettings)
    logging.configure(bootstrap.SERVICE, "migrate", settings.log_format, settings.log_level)
    secret = settings.administrator_token
    if secret is not None and len(secret) < SECRET_LENGTH_MIN:
        raise SettingMistake(f"TONGBAO_ADMINISTRATOR_TOKEN must have at least {SECRET_LENGTH_MIN} characters.")
    applied = bootstrap.migrate(settings.database_url, report=click.echo)
    click.echo(f"submission: {applied} migrations applied" if applied else "submission: the database is up to date")
    if secret is not None:
        wired = bootstrap.wire(settings, "migrate")
        with wired.pool, wired.transactions.begin() as transaction:
            is_new = ensure_administrator(transaction, secret)
        click.echo("submission: the administrator's token is " + ("set" if is_new else "as it was"))


def _republish(topic: str | None) -> None:
    wired = bootstrap.wire(read(MigrateSettings), "republish")
    with wired.pool, wired.pool.connection() as conn:
        streams = republish(conn, topic)
    click.echo(f"submission: {streams} streams will be published again")


def _rebuild_items(repair: bool) -> None:
    wired = bootstrap.wire(read(MigrateSettings), "rebuild-items")
    items = differing = 0
    with wired.pool:
        for rebuilt in rebuild_items(wired.ports, repair=repair):
            items += rebuilt.items
            differing += len(rebuilt.differing)
            for item in rebuilt.differing[:SHOWN_MAX]:
                click.echo(f"{rebuilt.stream}: item {item} differs from its events")
    done = " and were put right" if repair and differing else ""
    click.echo(f"submission: {items} items worked out, {differing} differ{done}")
    if differing and not repair:
        raise SystemExit(1)
