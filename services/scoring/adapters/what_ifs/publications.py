"""What an organisation has published, from the directory."""

from zoneinfo import ZoneInfo

from services.scoring.adapters.stores import connection
from services.scoring.application.what_ifs.ports import Publication
from shared.directory import queries
from shared.directory.schemebook import SchemeBook
from shared.operations.database import Pool


class DirectoryPublications:
    """Implements Published."""

    def __init__(self, pool: Pool, book: SchemeBook) -> None:
        self._pool = pool
        self._book = book

    def __call__(self, organisation: str, scheme: str) -> Publication | None:
        with connection(self._pool) as conn:
            known = self._book.of_organisation(conn, organisation)
            described = queries.organisation(conn, organisation)
        versions = sorted((one for one in known if one.name == scheme), key=lambda one: one.version)
        if not versions:
            return None
        zone = versions[-1].time_zone if described is None else ZoneInfo(described.time_zone)
        return Publication(versions, zone)
