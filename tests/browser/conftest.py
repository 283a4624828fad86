"""The scorecard pages in a real browser, over a real database that holds the generated district."""

import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server
from werkzeug.test import run_wsgi_app

from shared.web.auth import COOKIE
from tests.integration.scorecards.conftest import (  # noqa: F401 - fixtures of the same application
    ADMINISTRATOR,
    app,
    connection,
    departments,
    district_template,
    empty_template,
    pool,
    readings,
    scoring_database,
)

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
WAIT_MS_MAX = 15_000

OpenPage = Callable[..., Page]


@dataclass(frozen=True)
class Site:
    address: str


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """TONGBAO_TEST_CHROMIUM, or the system's Chromium; without one these tests are skipped."""
    named = os.environ.get("TONGBAO_TEST_CHROMIUM")
    executable = named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if executable is None:
        pytest.skip("no Chromium here: install it (apt-get install chromium fonts-noto-cjk) to try the pages")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def site(app: Flask) -> Iterator[Site]:  # noqa: F811
    app.testing = False
    server = make_server("127.0.0.1", 0, _read_before_sent(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[OpenPage]:
    """Opens a path, signed in with ``token``; further arguments are those of a browser context."""
    contexts = []
    complaints: list[str] = []

    def open_(path: str, *, token: str | None = ADMINISTRATOR, **options: Any) -> Page:
        context = browser.new_context(**{"locale": "zh-CN", "viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(WAIT_MS_MAX)
        contexts.append(context)
        if token is not None:
            context.add_cookies([{"name": COOKIE, "value": token, "url": site.address}])
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(site.address + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == [], "the browser complained"


def _read_before_sent(application: Flask) -> WSGIApplication:
    """The same responses, each read and closed before it is sent: the server of these tests, unlike that of production,
    leaves a response open, and with it the file that it reads, when a browser breaks off its download.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body, status, headers = run_wsgi_app(application, environ, buffered=True)
        start_response(status, headers.to_wsgi_list())
        return body

    return answer
