"""How fast something goes, and how long it will take."""

from collections import deque

WINDOW_S = 20.0


class Pace:
    """The rate over the last WINDOW_S seconds. ``now`` is any clock that only goes forward, in seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def note(self, now: float, done: int) -> None:
        """So much has been done by now."""
        self._seen.append((now, done))
        while len(self._seen) > 2 and self._seen[1][0] <= now - WINDOW_S:
            self._seen.popleft()

    def per_second(self) -> float:
        """0 as long as nothing can be said."""
        if len(self._seen) < 2:
            return 0.0
        (began, before), (now, done) = self._seen[0], self._seen[-1]
        return (done - before) / (now - began) if now > began else 0.0

    def left_s(self, of: int) -> float | None:
        """How long the rest will take at this rate; None as long as nothing can be said."""
        rate = self.per_second()
        return (of - self._seen[-1][1]) / rate if rate > 0 else None
