"""The process that publishes scoring-events."""

from services.scoring import bootstrap
from shared.processes import relay


def run() -> None:
    """Blocks until the process is told to stop."""
    relay.run(bootstrap.SERVICE, *bootstrap.MIGRATION_DIRECTORIES)
