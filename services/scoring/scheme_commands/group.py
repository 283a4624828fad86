"""All commands of ``tongbao scheme``."""

import click

from services.scoring.scheme_commands.check import check
from services.scoring.scheme_commands.differing import diff
from services.scoring.scheme_commands.explaining import explain
from services.scoring.scheme_commands.publishing import publish
from services.scoring.scheme_commands.schema import schema
from services.scoring.scheme_commands.trying import test


@click.group("scheme")
def scheme() -> None:
    """For those who write rulebooks: check, try out, explain, publish."""


for command in (check, test, explain, publish, diff, schema):
    scheme.add_command(command)
