"""Answers that were given lately, for as long as nothing has changed: a page that many look at is computed once."""

import threading
from collections import OrderedDict

ANSWERS_KEPT_MAX = 64
ANSWER_BYTES_MAX = 8_000_000
"""A larger answer is not kept."""
KEPT_BYTES_MAX = 64_000_000


class Answers:
    """Encoded answers by the tag of what was read and the address that was asked. Threads may share it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def find(self, tag: str, address: str) -> bytes | None:
        """The answer, if nothing has changed since it was given."""
        with self._lock:
            found = self._kept.get((tag, address))
            if found is not None:
                self._kept.move_to_end((tag, address))
            return found

    def keep(self, tag: str, address: str, answer: bytes) -> None:
        """Those that have not been asked for longest make room."""
        if len(answer) > ANSWER_BYTES_MAX:
            return
        with self._lock:
            self._bytes += len(answer) - len(self._kept.pop((tag, address), b""))
            self._kept[tag, address] = answer
            while len(self._kept) > ANSWERS_KEPT_MAX or self._bytes > KEPT_BYTES_MAX:
                _, dropped = self._kept.popitem(last=False)
                self._bytes -= len(dropped)
