"""The process that judges what groups and the organisation owe, when all departments' streams have come far enough.

It looks at no clock: whatever is decided follows from what has been folded. It may run several times, and be killed at
any moment: a decision and its announcement are one transaction.
"""

import threading

from services.scoring import bootstrap
from services.scoring.application.joint.judging import JointJudge
from services.scoring.config import JudgeSettings
from shared.eventstore import StoreUnavailable
from shared.operations import lifecycle, logging, metrics, status
from shared.operations.database import open_pool
from shared.operations.settings import read

POLL_S = 1.0
FAILURE_S = 5.0

log = logging.get(__name__)


def run() -> None:
    """Blocks until the process is told to stop."""
    settings = read(JudgeSettings)
    logging.configure(bootstrap.SERVICE, "judge", settings.log_format, settings.log_level)
    stop = lifecycle.stop_on_signals()
    pool = open_pool(settings.database_url, settings.database_pool_max, "scoring-judge")
    status.serve(settings.status_port, lambda: bootstrap.database_missing(pool), settings.status_host)
    judge = JointJudge(bootstrap.joint(pool))
    metrics.on_scrape(lambda: [("tongbao_scoring_joint_waiting", {}, judge.waiting)])
    try:
        keep_judging(judge, stop)
    finally:
        pool.close()


def keep_judging(judge: JointJudge, stop: threading.Event, poll_s: float = POLL_S) -> None:
    """Judge what has changed until ``stop`` is set; outlives a database that is away for a while."""
    available = True
    while not stop.is_set():
        wait_s = poll_s
        try:
            for asked, one, decision in judge.judge_once():
                type_name = f"tongbao.joint_quota.{decision.announcement}.v1"
                metrics.counter("tongbao_scoring_decisions_total").labels(type_name).inc()
                log.info(
                    f"joint_quota.{decision.announcement}",
                    **asked._asdict(),
                    subject=one.whole.kind,
                    group=one.whole.group or None,
                )
            available = True
        except StoreUnavailable as away:
            if available:
                log.warning("judge.waits", reason=str(away))
            available, wait_s = False, FAILURE_S
        stop.wait(wait_s)
