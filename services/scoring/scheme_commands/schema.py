"""``tongbao scheme schema``: what may stand where, for editors."""

import json
from typing import Any

import click

from services.scoring.application.rehearsal.reading.shapes import EXAMPLES_FILE, ORGANISATION_FILE
from shared.schemes.json_schema import json_schema


def scheme_schema() -> dict[str, Any]:
    return json_schema()


def organisation_schema() -> dict[str, Any]:
    return json_schema(
        ORGANISATION_FILE, "An organisation of Tongbao", "Who takes part: departments, persons, outlets."
    )


def examples_schema() -> dict[str, Any]:
    return json_schema(EXAMPLES_FILE, "Examples of Tongbao", "Worked cases that a scheme must come to.")


_OF = {"scheme": scheme_schema, "organisation": organisation_schema, "examples": examples_schema}


@click.command("schema")
@click.argument("file", type=click.Choice(list(_OF)), default="scheme")
def schema(file: str) -> None:
    """Print the JSON Schema of scheme.yaml, organisation.yaml or examples.yaml.

    With it editors complete keys and underline mistakes.
    """
    click.echo(json.dumps(_OF[file](), ensure_ascii=False, indent=2))
