"""The settings of notify's processes."""

from dataclasses import dataclass

from shared.operations.settings import (
    DatabaseSettings,
    KafkaSettings,
    Networks,
    ProcessSettings,
    StatusSettings,
    WebSettings,
    setting,
)


@dataclass(frozen=True, kw_only=True)
class LinkSettings:
    """Of processes that write messages."""

    scoring_public_url: str = setting(
        "TONGBAO_SCORING_PUBLIC_URL",
        "Where people reach the scoring service; messages link to its scorecards.",
        default="http://127.0.0.1:8102",
    )


@dataclass(frozen=True, kw_only=True)
class AddressSettings:
    """Of processes that judge the addresses of webhooks."""

    webhook_allowed_networks: Networks = setting(  # noqa: RUF009 (a field, and its default cannot change)
        "TONGBAO_WEBHOOK_ALLOWED_NETWORKS",
        "Networks to which webhooks may go although they are not public, with http too.",
        default=(),
    )


@dataclass(frozen=True, kw_only=True)
class NotifyWebSettings(ProcessSettings, DatabaseSettings, WebSettings, LinkSettings, AddressSettings):
    alert_streams_max: int = setting(
        "TONGBAO_ALERT_STREAMS_MAX",
        "How many clients each worker process lets follow the stream of alerts; each takes a thread.",
        default=16,
        at_least=1,
        at_most=1000,
    )


@dataclass(frozen=True, kw_only=True)
class ConsumerSettings(ProcessSettings, DatabaseSettings, KafkaSettings, StatusSettings, LinkSettings):
    pass


@dataclass(frozen=True, kw_only=True)
class DispatcherSettings(ProcessSettings, DatabaseSettings, StatusSettings, AddressSettings):
    dispatcher_threads: int = setting(
        "TONGBAO_DISPATCHER_THREADS",
        "How many webhooks a dispatcher sends at the same time.",
        default=32,
        at_least=1,
        at_most=512,
    )
    webhook_timeout_s: int = setting(
        "TONGBAO_WEBHOOK_TIMEOUT_SECONDS",
        "How long a webhook's endpoint may take to answer, in seconds.",
        default=15,
        at_least=1,
        at_most=60,
    )


@dataclass(frozen=True, kw_only=True)
class MigrateSettings(ProcessSettings, DatabaseSettings):
    pass
