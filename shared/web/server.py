"""Serving a Flask application with gunicorn: the process ``web`` of every service."""

import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

from shared.operations.settings import SettingMistake, WebSettings

GRACEFUL_STOP_S = 20
STUCK_S = 120
"""A worker that does not even notice its own threads for so long is replaced. Not a limit on a request."""
KEEP_ALIVE_S = 15
REQUEST_LINE_BYTES_MAX = 8190
HEADERS_MAX = 64
BACKLOG_MAX = 1024

CONFIG = "python:shared.web.gunicorn_config"


def serve(application: str, settings: WebSettings) -> NoReturn:
    """Become gunicorn, serving ``application``, such as ``"services.submission.bootstrap:create_app()"``.

    Does not return. SIGTERM and SIGINT end it when the requests under way are answered. The directory of the workers'
    metrics is made anew, so that no figures of a former run are shown. Raises SettingMistake when the port is taken.
    """
    _require_free(settings.http_host, settings.http_port)
    metrics_dir = Path(tempfile.gettempdir()) / f"tongbao-metrics-{os.getuid()}-{settings.http_port}"
    shutil.rmtree(metrics_dir, ignore_errors=True)
    metrics_dir.mkdir(mode=0o700, parents=True)
    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(metrics_dir)}
    arguments = [
        *(sys.executable, "-m", "gunicorn", "--config", CONFIG),
        *("--bind", f"{settings.http_host}:{settings.http_port}"),
        *("--name", application.partition(":")[0].removeprefix("services.").partition(".")[0]),
        *("--workers", str(settings.web_workers), "--threads", str(settings.web_threads)),
        application,
    ]
    os.execve(sys.executable, arguments, environ)


def _require_free(host: str, port: int) -> None:
    """gunicorn would try for seconds and then end with a traceback."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as refusal:
            raise SettingMistake(f"TONGBAO_HTTP_PORT: cannot listen on {host}:{port}: {refusal.strerror}.") from refusal
