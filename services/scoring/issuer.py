"""The process that issues bulletins by themselves, when every department's stream has come to the instant they are due.

It looks at no clock: whatever is due follows from what has been folded. It may run several times; each period is told
of once.
"""

import threading

from services.scoring import bootstrap
from services.scoring.application.bulletins.automatic import Issuer
from services.scoring.config import IssuerSettings
from shared.eventstore import StoreUnavailable
from shared.operations import lifecycle, logging, metrics, status
from shared.operations.database import open_pool
from shared.operations.settings import read

POLL_S = 2.0
FAILURE_S = 5.0

log = logging.get(__name__)


def run() -> None:
    """Blocks until the process is told to stop."""
    settings = read(IssuerSettings)
    logging.configure(bootstrap.SERVICE, "issuer", settings.log_format, settings.log_level)
    stop = lifecycle.stop_on_signals()
    pool = open_pool(settings.database_url, settings.database_pool_max, "scoring-issuer")
    status.serve(settings.status_port, lambda: bootstrap.database_missing(pool), settings.status_host)
    wired = bootstrap.bulletins(pool)
    try:
        keep_issuing(Issuer(wired.looks, wired.book), stop)
    finally:
        pool.close()


def keep_issuing(issuer: Issuer, stop: threading.Event, poll_s: float = POLL_S) -> None:
    """Issue what is due until ``stop`` is set; outlives a database that is away for a while."""
    available = True
    while not stop.is_set():
        wait_s = poll_s
        try:
            for issued in issuer.issue_once():
                metrics.counter("tongbao_scoring_bulletins_total").inc()
                log.info(
                    "bulletin.issued",
                    organisation=issued.organisation,
                    scheme=issued.scheme,
                    bulletin=issued.bulletin,
                    number=issued.number,
                    period=issued.period,
                )
            available = True
        except StoreUnavailable as away:
            if available:
                log.warning("issuer.waits", reason=str(away))
            available, wait_s = False, FAILURE_S
        stop.wait(wait_s)
