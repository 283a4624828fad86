"""The process that publishes alert-events."""

from services.notify import bootstrap
from shared.processes import relay


def run() -> None:
    """Blocks until the process is told to stop."""
    relay.run(bootstrap.SERVICE, *bootstrap.MIGRATION_DIRECTORIES)
