"""gunicorn's settings, as gunicorn reads them: module-level names, and hooks that it calls."""

import logging as standard_logging
import os
import threading
from typing import Any

import psycopg
from flask import Flask
from prometheus_client import multiprocess
from psycopg_pool import PoolTimeout

from shared.operations import logging
from shared.operations.settings import ProcessSettings, read
from shared.web import idempotency, server
from shared.web.app import Web

worker_class = "gthread"
graceful_timeout = server.GRACEFUL_STOP_S
timeout = server.STUCK_S
keepalive = server.KEEP_ALIVE_S
limit_request_line = server.REQUEST_LINE_BYTES_MAX
limit_request_fields = server.HEADERS_MAX
backlog = server.BACKLOG_MAX
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
accesslog = None
errorlog = "-"
loglevel = "warning"
preload_app = False

SWEEP_EVERY_S = 600

log = logging.get("web")


def on_starting(arbiter: Any) -> None:
    """In the master, before anything else."""
    _configure_logging(arbiter.cfg.proc_name)


def post_worker_init(worker: Any) -> None:
    """In each worker, when it has loaded the application and is about to serve."""
    app: Flask = worker.wsgi
    web: Web = app.extensions["tongbao"]
    _configure_logging(web.service)
    threading.Thread(target=_sweep, args=(web,), name="sweep", daemon=True).start()


def child_exit(_arbiter: Any, worker: Any) -> None:
    """In the master: a worker that ended must not count as living in the gauges."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def _configure_logging(service: str) -> None:
    settings = read(ProcessSettings)
    logging.configure(service, "web", settings.log_format, settings.log_level)
    for name in ("gunicorn.error", "gunicorn.access"):
        gunicorn_log = standard_logging.getLogger(name)
        gunicorn_log.handlers[:] = []
        gunicorn_log.propagate = True


def _sweep(web: Web) -> None:
    """Forget old idempotency keys now and then; workers that do so at the same time pass over each other's rows."""
    pause = threading.Event()
    while not pause.wait(SWEEP_EVERY_S):
        try:
            with web.pool.connection() as conn:
                swept = 0
                while piece := idempotency.sweep(conn):
                    swept += piece
        except (psycopg.Error, PoolTimeout) as unavailable:
            log.warning("idempotency.sweep_put_off", reason=str(unavailable))
        else:
            log.debug("idempotency.swept", keys=swept)
