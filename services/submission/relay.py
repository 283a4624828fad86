"""The process that publishes department-events and directory-events."""

from services.submission import bootstrap
from shared.processes import relay


def run() -> None:
    """Blocks until the process is told to stop."""
    relay.run(bootstrap.SERVICE, *bootstrap.MIGRATION_DIRECTORIES)
