"""The rulebooks of all organisations, remembered between requests."""

import threading
from collections import OrderedDict

from services.submission.adapters.transactions import closings
from services.submission.domain.rulebooks import Rulebook
from shared.directory.schemebook import SchemeBook
from shared.operations.database import Pool

ORGANISATIONS_KEPT_MAX = 1_000


class RememberedRulebooks:
    """What is remembered may be old: an append under an old rulebook is refused as SchemesChanged, and then reread."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._book = SchemeBook()
        self._kept: OrderedDict[str, Rulebook] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, organisation: str) -> Rulebook:
        with self._lock:
            known = self._kept.get(organisation)
            if known is not None:
                self._kept.move_to_end(organisation)
                return known
        return self.reread(organisation)

    def reread(self, organisation: str) -> Rulebook:
        with self._pool.connection() as conn:
            read = Rulebook.of(self._book.of_organisation(conn, organisation), closings(conn, organisation))
        with self._lock:
            self._kept[organisation] = read
            while len(self._kept) > ORGANISATIONS_KEPT_MAX:
                self._kept.popitem(last=False)
        return read
