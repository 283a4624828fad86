"""gunicorn's settings, as gunicorn reads them: module-level names and hooks."""

from typing import Any

from prometheus_client import multiprocess

from shared.web import server

worker_class = "gthread"
graceful_timeout = server.GRACEFUL_STOP_S
keepalive = server.KEEP_ALIVE_S
limit_request_line = server.REQUEST_LINE_BYTES_MAX
limit_request_fields = server.HEADERS_MAX
backlog = server.BACKLOG_MAX
accesslog = None
errorlog = "-"
loglevel = "warning"
preload_app = False


def child_exit(_server: Any, worker: Any) -> None:
    """A worker that ended must not count as living in the gauges."""
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
