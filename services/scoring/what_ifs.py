"""The process that works out what-ifs, one after the other, whenever the live consumers leave time for it."""

import os

from services.scoring import bootstrap
from services.scoring.adapters.what_ifs.streams import RecordedStreams
from services.scoring.application.what_ifs.working import Worker
from services.scoring.config import WhatIfsSettings
from shared.contracts.department_events import TOPIC
from shared.messaging import Source
from shared.messaging.kafka_lag import KafkaGroupLag
from shared.messaging.kafka_source import KafkaReader
from shared.messaging.topics import partitions
from shared.operations import lifecycle, logging, status
from shared.operations.database import open_pool
from shared.operations.settings import read

NICENESS = 19
READER = "scoring-what-ifs"


def run() -> None:
    """Blocks until the process is told to stop. Several may run at the same time."""
    settings = read(WhatIfsSettings)
    logging.configure(bootstrap.SERVICE, "what-ifs", settings.log_format, settings.log_level)
    os.nice(NICENESS)
    stop = lifecycle.stop_on_signals()
    servers = ",".join(settings.kafka_bootstrap_servers)
    pool = open_pool(settings.database_url, settings.database_pool_max, "scoring-what-ifs")
    status.serve(settings.status_port, lambda: bootstrap.database_missing(pool), settings.status_host)
    lag = KafkaGroupLag(servers, bootstrap.CONSUMER_GROUP, partitions(TOPIC))

    def open_source() -> Source:
        return KafkaReader(servers, READER, partitions(TOPIC))

    what_ifs, published = bootstrap.what_ifs(pool)
    worker = Worker(what_ifs, RecordedStreams(pool, open_source), published, lag)
    try:
        worker.run(stop)
    finally:
        lag.close()
        pool.close()
