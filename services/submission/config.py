"""The settings of the submission service's processes."""

from dataclasses import dataclass
from datetime import timedelta

from shared.operations.settings import (
    DatabaseSettings,
    ProcessSettings,
    StatusSettings,
    WebSettings,
    setting,
)


@dataclass(frozen=True, kw_only=True)
class StoreSettings(ProcessSettings, DatabaseSettings):
    """Of every process that writes to the event store."""

    clock_shift: timedelta = setting(  # noqa: RUF009  (an immutable default)
        "TONGBAO_CLOCK_SHIFT",
        "How far the event store's clock is moved, to rehearse a past year: seconds, or ISO 8601 such as -P300D.",
        default=timedelta(0),
    )

    def connection_options(self) -> str:
        """libpq options that shift the clock of a session. Whole seconds, which is what a rehearsal needs."""
        return f"-c tongbao.clock_shift={round(self.clock_shift.total_seconds())}s" if self.clock_shift else ""


@dataclass(frozen=True, kw_only=True)
class SubmissionWebSettings(StoreSettings, WebSettings):
    """Of ``python -m services.submission web``."""


@dataclass(frozen=True, kw_only=True)
class TimekeeperSettings(StoreSettings, StatusSettings):
    """Of ``python -m services.submission timekeeper``."""


@dataclass(frozen=True, kw_only=True)
class MigrateSettings(StoreSettings):
    """Of ``python -m services.submission migrate`` and the other commands that run once."""

    administrator_token: str | None = setting(
        "TONGBAO_ADMINISTRATOR_TOKEN",
        "The installation administrator's token, made sure of by migrate; at least 16 characters.",
        default=None,
    )
