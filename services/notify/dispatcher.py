"""The process that delivers webhooks. Several may run at the same time."""

from services.notify import bootstrap
from services.notify.config import DispatcherSettings
from shared.operations import lifecycle, logging, status
from shared.operations.database import open_pool
from shared.operations.settings import read


def run() -> None:
    """Blocks until the process is told to stop; what is on the way is then finished, within a limit."""
    settings = read(DispatcherSettings)
    logging.configure(bootstrap.SERVICE, "dispatcher", settings.log_format, settings.log_level)
    stop = lifecycle.stop_on_signals()
    pool = open_pool(settings.database_url, settings.database_pool_max, "notify-dispatcher")
    bootstrap.tell_deliveries(pool)
    status.serve(settings.status_port, lambda: bootstrap.database_missing(pool), settings.status_host)
    try:
        bootstrap.dispatcher(settings, pool).run(stop)
    finally:
        pool.close()
