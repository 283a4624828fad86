"""The append use case without HTTP, one item or a batch at a time, against saving with ``eventsourcing``."""

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dev.postgres import Postgres
from services.submission import bootstrap
from services.submission.application.item_commands import submit_item
from services.submission.application.ports import Asker
from services.submission.application.submit_batch import submit_batch
from services.submission.application.tokens import ensure_administrator
from services.submission.config import SubmissionWebSettings
from services.submission.domain.commands import Content, Submit
from services.submission.http.app import assemble
from shared.contracts.department_events import Contributor
from shared.contracts.identifiers import new_id
from shared.eventstore import Trace
from tests.benchmarks import organisation
from tests.benchmarks.engines import postgres_alone, run_peer
from tests.benchmarks.protocol import Pair

DEPARTMENTS = 5
SINGLE = 2_000
BATCHED = 20_000
BATCH = 100
SECRET = "benchmark-administrator"
ASKER = Asker(Trace("benchmark", None, "token:benchmark"))


@contextmanager
def comparisons() -> Iterator[Iterator[Pair]]:
    with postgres_alone() as postgres:
        url = postgres.create_database("submission")
        bootstrap.migrate(url, report=lambda _: None)
        settings = SubmissionWebSettings(database_url=url, http_port=0)
        wired = bootstrap.wire(settings, "benchmark")
        with wired.pool:
            with wired.transactions.begin() as transaction:
                ensure_administrator(transaction, SECRET)
            _describe(wired, settings)
            yield iter([_single(wired, postgres), _batches(wired, postgres)])


def _describe(wired: bootstrap.Submission, settings: SubmissionWebSettings) -> None:
    client = assemble(settings, wired).test_client()

    def put(path: str, body: Any) -> None:
        headers = {"Authorization": f"Bearer {SECRET}"}
        given: dict[str, Any] = (
            {"data": body, "content_type": "application/yaml"} if isinstance(body, bytes) else {"json": body}
        )
        answer = client.put(path, headers=headers, **given)
        assert answer.status_code < 300, answer.get_data(as_text=True)

    organisation.describe(put, DEPARTMENTS)


def _submit(n: int) -> Submit:
    content = Content(
        "文明创建工作动态",
        "开展礼仪文明、环境文明、秩序文明行动的情况",
        (Contributor("信息员"),),
        {"topic": "progress"},
    )
    return Submit(str(new_id()), f"department-{n % DEPARTMENTS:03}", "report", content)


def _single(wired: bootstrap.Submission, postgres: Postgres) -> Pair:
    def ours() -> float:
        started = time.perf_counter()
        for n in range(SINGLE):
            submit_item(wired.ports, organisation.ORGANISATION, _submit(n), ASKER)
        return SINGLE / (time.perf_counter() - started)

    peer = _peer(postgres, SINGLE, 1)
    return Pair("append, one at a time", "events/s", ours, peer, "eventsourcing", 1.3)


def _batches(wired: bootstrap.Submission, postgres: Postgres) -> Pair:
    def ours() -> float:
        started = time.perf_counter()
        for start in range(0, BATCHED, BATCH):
            department = start // BATCH
            commands = [_submit(department) for _ in range(BATCH)]
            with wired.transactions.begin() as transaction:
                submit_batch(wired.ports, transaction, organisation.ORGANISATION, commands, ASKER)
        return BATCHED / (time.perf_counter() - started)

    peer = _peer(postgres, BATCHED, BATCH)
    return Pair(f"append, {BATCH} at a time", "events/s", ours, peer, "eventsourcing", 1.3)


def _peer(postgres: Postgres, count: int, batch: int) -> Any:
    names = itertools.count(1)

    def peer() -> float:
        name = f"peer_{batch}_{next(names)}"
        postgres.create_database(name)
        return run_peer("eventsourcing_peer.py", "append", postgres.sockets, name, str(count), str(batch))

    return peer
