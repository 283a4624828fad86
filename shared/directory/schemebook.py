"""The schemes of the directory, read once a process and kept: a published version never changes."""

import threading
from collections import OrderedDict
from typing import Any

from psycopg import Connection

from shared.directory import queries
from shared.schemes import Scheme, read_scheme

SCHEMES_KEPT_MAX = 500


class UnknownScheme(Exception):
    """No such version is in this service's directory: it does not exist, or its event has not arrived yet."""

    def __init__(self, organisation: str, scheme: str, version: int) -> None:
        super().__init__(f"organisation {organisation} has no scheme {scheme} version {version} here")
        self.organisation = organisation
        self.scheme = scheme
        self.version = version


class SchemeBook:
    """A cache of parsed schemes for one process. Threads may share it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, int], Scheme] = OrderedDict()
        self._lock = threading.Lock()

    def scheme(self, conn: Connection[Any], organisation: str, scheme: str, version: int) -> Scheme:
        """The scheme, from memory or else from the directory. Raises UnknownScheme; a later call asks again."""
        key = (organisation, scheme, version)
        with self._lock:
            known = self._kept.get(key)
            if known is not None:
                self._kept.move_to_end(key)
                return known
        found = queries.scheme_text(conn, organisation, scheme, version)
        if found is None:
            raise UnknownScheme(organisation, scheme, version)
        read = read_scheme(found[0])
        with self._lock:
            self._kept[key] = read
            while len(self._kept) > SCHEMES_KEPT_MAX:
                self._kept.popitem(last=False)
        return read

    def of_organisation(self, conn: Connection[Any], organisation: str) -> list[Scheme]:
        """All versions of all the organisation's schemes, as they are in the directory now."""
        return [
            self.scheme(conn, organisation, each.scheme, each.scheme_version)
            for each in queries.schemes(conn, organisation)
        ]
