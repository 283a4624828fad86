"""``python -m shared.messaging``: the topics on the broker, and their description."""

import os
from pathlib import Path

import click

from shared.messaging import asyncapi
from shared.messaging.ports import MessagingError
from shared.messaging.topics import ensure_topics

BOOTSTRAP_SETTING = "TONGBAO_KAFKA_BOOTSTRAP_SERVERS"


@click.group()
def main() -> None:
    """The topics on Kafka."""


@main.command("ensure-topics")
@click.option(
    "--bootstrap-servers",
    envvar=BOOTSTRAP_SETTING,
    required=True,
    help=f"Where the broker is, host:port[,host:port]; by default the setting {BOOTSTRAP_SETTING}.",
)
def ensure(bootstrap_servers: str) -> None:
    """Create the topics of topics.yaml that are missing, complete the others, and say what differs."""
    try:
        ensured = ensure_topics(bootstrap_servers)
    except MessagingError as error:
        raise click.ClickException(str(error)) from error
    for name in ensured.created:
        click.echo(f"created {name}")
    for name in ensured.completed:
        click.echo(f"set the configuration of {name}")
    for difference in ensured.differences:
        click.echo(f"left as it is: {difference}", err=True)
    if not (ensured.created or ensured.completed or ensured.differences):
        click.echo("the topics are as declared")


@main.command("asyncapi")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), default=asyncapi.DOCUMENT)
def write_asyncapi(file: Path) -> None:
    """Write the AsyncAPI document, by default to docs/asyncapi.yaml."""
    file.write_text(asyncapi.render(), "utf-8")
    click.echo(f"wrote {os.path.relpath(file)}")


if __name__ == "__main__":
    main()
