"""``python -m services.notify COMMAND``: notify's processes."""

from dataclasses import replace

import click

from services.notify import bootstrap, consumer, dispatcher, relay
from services.notify.config import MigrateSettings, NotifyWebSettings
from shared.operations import lifecycle, logging
from shared.operations.settings import read
from shared.web import server


@click.group()
def main() -> None:
    """Turns what scoring decided into alerts, and delivers them."""


@main.command("web")
def web_command() -> None:
    """Serve alerts, subscriptions and deliveries over HTTP."""
    lifecycle.run_process("notify web", _serve)


@main.command("consumer")
def consumer_command() -> None:
    """Fold scoring-events into alerts and follow the directory."""
    lifecycle.run_process("notify consumer", consumer.run)


@main.command("dispatcher")
def dispatcher_command() -> None:
    """Deliver webhooks."""
    lifecycle.run_process("notify dispatcher", dispatcher.run)


@main.command("relay")
def relay_command() -> None:
    """Publish alert-events on Kafka."""
    lifecycle.run_process("notify relay", relay.run)


@main.command("migrate")
def migrate_command() -> None:
    """Bring the database to the schema of this version."""
    lifecycle.run_process("notify migrate", _migrate)


def _serve() -> None:
    """Each follower of the stream of alerts holds a thread; the others are still there for requests."""
    settings = read(NotifyWebSettings)
    threads = settings.web_threads + settings.alert_streams_max
    server.serve("services.notify.http.app:create()", replace(settings, web_threads=threads))


def _migrate() -> None:
    settings = read(MigrateSettings)
    logging.configure(bootstrap.SERVICE, "migrate", settings.log_format, settings.log_level)
    applied = bootstrap.migrate(settings.database_url, report=click.echo)
    click.echo(f"notify: {applied} migrations applied" if applied else "notify: the database is up to date")
