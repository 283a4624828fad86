from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network

import pytest

from shared.operations.settings import (
    DatabaseSettings,
    Networks,
    SettingMistake,
    WebSettings,
    describe,
    read,
    setting,
)


@dataclass(frozen=True, kw_only=True)
class Example:
    servers: tuple[str, ...] = setting("TONGBAO_TEST_SERVERS", "Where to ask.", default=())
    patience: timedelta = setting("TONGBAO_TEST_PATIENCE", "How long to wait.", default=timedelta(5))  # noqa: RUF009
    networks: Networks = setting("TONGBAO_TEST_NETWORKS", "Who may be called.", default=())  # noqa: RUF009
    loud: bool = setting("TONGBAO_TEST_LOUD", "Whether to shout.", default=False)
    token: str | None = setting("TONGBAO_TEST_TOKEN", "A secret.", default=None)


def test_a_setting_that_is_not_given_has_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TONGBAO_WEB_WORKERS", raising=False)

    assert read(WebSettings).web_workers == 2


def test_an_empty_variable_counts_as_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAO_WEB_WORKERS", "")

    assert read(WebSettings).web_workers == 2


def test_every_kind_of_setting_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAO_TEST_SERVERS", "a:1, b:2")
    monkeypatch.setenv("TONGBAO_TEST_PATIENCE", "90s")
    monkeypatch.setenv("TONGBAO_TEST_NETWORKS", "127.0.0.0/8,::1/128")
    monkeypatch.setenv("TONGBAO_TEST_LOUD", "true")
    monkeypatch.setenv("TONGBAO_TEST_TOKEN", "x")

    settings = read(Example)

    assert settings.servers == ("a:1", "b:2")
    assert settings.patience == timedelta(seconds=90)
    assert settings.networks == (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    assert settings.loud is True
    assert settings.token == "x"


def test_a_missing_setting_is_named_with_what_it_is_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TONGBAO_DATABASE_URL", raising=False)

    with pytest.raises(SettingMistake, match="TONGBAO_DATABASE_URL is not set: The service's own Postgres"):
        read(DatabaseSettings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TONGBAO_HTTP_PORT", "eighty"),
        ("TONGBAO_HTTP_PORT", "0"),
        ("TONGBAO_HTTP_PORT", "65536"),
        ("TONGBAO_WEB_THREADS", "-1"),
        ("TONGBAO_ACCESS_LOG", "sometimes"),
    ],
)
def test_a_wrong_value_is_refused_in_one_sentence_naming_the_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingMistake) as refused:
        read(WebSettings)

    assert name in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_network_with_host_bits_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAO_TEST_NETWORKS", "10.0.0.1/8")

    with pytest.raises(SettingMistake, match="TONGBAO_TEST_NETWORKS"):
        read(Example)


def test_every_setting_can_be_described() -> None:
    rows = {row.name: row for row in describe(Example)}

    assert rows["TONGBAO_TEST_PATIENCE"].type == "duration"
    assert rows["TONGBAO_TEST_NETWORKS"].default == "none"
    assert {row.name: row.default for row in describe(DatabaseSettings)}["TONGBAO_DATABASE_URL"] is None
