"""``tongbao scheme schema``: what may stand where, for editors."""

import json

import click

from shared.schemes.json_schema import json_schema


@click.command("schema")
def schema() -> None:
    """Print the JSON Schema of schemes, with which editors complete keys and underline mistakes."""
    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))
