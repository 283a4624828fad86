"""Where scoring's parts are put together: the only place that knows all of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from services.scoring.adapters.bulletins.look import PostgresLooks
from services.scoring.adapters.bulletins.store import PostgresIssueBook
from services.scoring.adapters.department_store import PostgresDepartments
from services.scoring.adapters.generations.departments import UnannouncedDepartments
from services.scoring.adapters.joint.store import PostgresJointBook
from services.scoring.adapters.reading.postgres import PostgresReadings
from services.scoring.adapters.scheme_rules import DirectoryRules
from services.scoring.adapters.what_ifs.publications import DirectoryPublications
from services.scoring.adapters.what_ifs.store import PostgresWhatIfs
from services.scoring.adapters.write_behind import WriteBehind
from services.scoring.application.hot_states import HotStates
from services.scoring.application.ports import StoreAway
from services.scoring.application.projector import Projector
from shared.directory.schemebook import SchemeBook
from shared.eventstore import migrate as eventstore_migrate
from shared.operations import metrics
from shared.operations.database import Pool
from shared.operations.readiness import missing_of_database
from shared.processes.samples import tell

SERVICE = "scoring"
CONSUMER_GROUP = "scoring"
DIRECTORY_READER = "scoring-directory"
ITEMS_HOT_REBUILDING_MAX = 40_000
"""Fewer than a consumer remembers: there are several workers, and nobody waits for what has to be loaded again."""
SHARED = Path(__file__).parents[2] / "shared"
MIGRATION_DIRECTORIES = (
    eventstore_migrate.MIGRATIONS,
    SHARED / "directory" / "migrations",
    SHARED / "web" / "migrations",
    Path(__file__).parent / "migrations",
)


@dataclass(frozen=True, slots=True)
class Projection:
    """A projector with the store that it writes behind its back. ``close`` it at the end."""

    projector: Projector
    departments: PostgresDepartments
    behind: WriteBehind

    def close(self) -> None:
        self.behind.close()


@dataclass(frozen=True, slots=True)
class Bulletins:
    """What issues are made from, and where they are kept."""

    looks: PostgresLooks
    book: PostgresIssueBook


def migrate(database_url: str, report: Callable[[str], None] = print) -> int:
    """Bring scoring's database to the schema of this version; how many migrations were applied."""
    return eventstore_migrate.migrate(database_url, *MIGRATION_DIRECTORIES, report=report)


def projection(pool: Pool) -> Projection:
    """What a consumer folds with: it writes one batch while it folds the next."""
    departments = PostgresDepartments(pool)
    behind = WriteBehind(departments)
    return Projection(Projector(behind, DirectoryRules(pool, SchemeBook())), departments, behind)


def rebuilding(making: Pool, pool: Pool) -> Projection:
    """What a rebuild folds with: ``making`` has the options of connections that see the next generation alone."""
    departments = UnannouncedDepartments(making)
    behind = WriteBehind(departments)
    hot = HotStates(items_max=ITEMS_HOT_REBUILDING_MAX)
    return Projection(Projector(behind, DirectoryRules(pool, SchemeBook()), hot=hot), departments, behind)


def readings(pool: Pool) -> PostgresReadings:
    """What the pages and the API read from."""
    return PostgresReadings(pool, SchemeBook())


def bulletins(pool: Pool) -> Bulletins:
    return Bulletins(PostgresLooks(pool, SchemeBook()), PostgresIssueBook(pool))


def joint(pool: Pool) -> PostgresJointBook:
    """Where what is owed together is judged."""
    return PostgresJointBook(pool, SchemeBook())


def what_ifs(pool: Pool) -> tuple[PostgresWhatIfs, DirectoryPublications]:
    """Where what-ifs are kept, and what they may be asked about."""
    return PostgresWhatIfs(pool), DirectoryPublications(pool, SchemeBook())


def database_missing(pool: Pool) -> list[str]:
    """What /readyz says of the database."""
    return missing_of_database(pool, *MIGRATION_DIRECTORIES)


def tell_parked(pool: Pool) -> None:
    """Show the parked departments in this process' metrics."""
    departments = PostgresDepartments(pool)

    def samples() -> Iterable[metrics.Sample]:
        try:
            yield "tongbao_scoring_parked_departments", {}, departments.parked_count()
        except StoreAway:
            return

    tell(samples)
