"""``tongbao COMMAND``, which is ``python -m services``: all commands of all services, and those for schemes."""

from importlib import import_module

import click

_SERVICES = ("submission", "scoring", "notify")


class Commands(click.Group):
    """Imports what a command needs only when it is asked for, so that the others start at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["scheme", *_SERVICES]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Group | None:
        if cmd_name == "scheme":
            return _group("services.scoring.scheme_commands.group", "scheme")
        return _group(f"services.{cmd_name}.cli", "main") if cmd_name in _SERVICES else None


def _group(module: str, name: str) -> click.Group:
    found = getattr(import_module(module), name)
    assert isinstance(found, click.Group)
    return found


@click.group(cls=Commands)
def main() -> None:
    """Runs the rulebook by which departments submit, are scored, and are told of a missed quota."""


if __name__ == "__main__":
    main(prog_name="tongbao")
