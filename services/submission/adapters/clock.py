"""The database's clock, read from afar."""

from datetime import UTC, datetime, timedelta


class StoreClock:
    """This machine's clock, moved by what the store's was last seen to differ.

    A guess is enough: an append confirms under its lock the day that was decided for, and corrects the guess.
    """

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def correct(self, now: datetime) -> None:
        self._ahead = now - datetime.now(UTC)
