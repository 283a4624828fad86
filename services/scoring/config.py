"""The settings of scoring's processes."""

from dataclasses import dataclass

from shared.operations.settings import (
    DatabaseSettings,
    KafkaSettings,
    ProcessSettings,
    StatusSettings,
    WebSettings,
    setting,
)


@dataclass(frozen=True, kw_only=True)
class ScoringWebSettings(ProcessSettings, DatabaseSettings, WebSettings):
    pass


@dataclass(frozen=True, kw_only=True)
class ConsumerSettings(ProcessSettings, DatabaseSettings, KafkaSettings, StatusSettings):
    scoring_batch_max: int = setting(
        "TONGBAO_SCORING_BATCH_MAX",
        "The most events that are folded and written in one transaction.",
        default=10_000,
        at_least=1,
        at_most=100_000,
    )


@dataclass(frozen=True, kw_only=True)
class WhatIfsSettings(ProcessSettings, DatabaseSettings, KafkaSettings, StatusSettings):
    pass


@dataclass(frozen=True, kw_only=True)
class RebuildSettings(ProcessSettings, DatabaseSettings, KafkaSettings):
    pass


@dataclass(frozen=True, kw_only=True)
class IssuerSettings(ProcessSettings, DatabaseSettings, StatusSettings):
    pass


@dataclass(frozen=True, kw_only=True)
class JudgeSettings(ProcessSettings, DatabaseSettings, StatusSettings):
    pass


@dataclass(frozen=True, kw_only=True)
class DatabaseCommandSettings(ProcessSettings, DatabaseSettings):
    pass
