from itertools import count

import msgspec
import pytest
from click.testing import CliRunner

from shared.messaging.__main__ import main
from shared.messaging.ports import BrokerUnavailable
from shared.messaging.topics import Difference, Ensured, Topic, actual_topics, declared, ensure_topics
from tests.integration.messaging.refused import REFUSED_SOCKETS, refused_sockets_collected

__all__ = ["refused_sockets_collected"]  # a fixture

_numbers = count()


@pytest.fixture
def declaration() -> dict[str, Topic]:
    """The declared topics under names of this test's own."""
    number = next(_numbers)
    return {f"{name}-{number}": topic for name, topic in declared().items()}


def test_the_broker_gets_what_is_declared(kafka_bootstrap: str, declaration: dict[str, Topic]) -> None:
    ensured = ensure_topics(kafka_bootstrap, declaration)

    assert ensured == Ensured(tuple(declaration), (), ())
    actual = actual_topics(kafka_bootstrap, list(declaration))
    for name, topic in declaration.items():
        partitions, configuration = actual[name]
        assert partitions == topic.partitions
        assert topic.spelled_configuration().items() <= configuration.items()


def test_what_is_there_is_left_alone(kafka_bootstrap: str, declaration: dict[str, Topic]) -> None:
    ensure_topics(kafka_bootstrap, declaration)
    again = ensure_topics(kafka_bootstrap, declaration)
    assert again == Ensured((), (), ())


def test_a_changed_configuration_is_set_and_other_partitions_are_told(
    kafka_bootstrap: str, declaration: dict[str, Topic]
) -> None:
    name, topic = next(iter(declaration.items()))
    before = msgspec.structs.replace(topic, partitions=2, configuration={"retention.ms": 1000})
    ensure_topics(kafka_bootstrap, {name: before})

    ensured = ensure_topics(kafka_bootstrap, {name: topic})

    assert ensured.completed == (name,)
    assert ensured.differences == (Difference(name, "the number of partitions", str(topic.partitions), "2"),)
    partitions, configuration = actual_topics(kafka_bootstrap, [name])[name]
    assert (partitions, configuration["retention.ms"]) == (2, "-1")


def test_the_command_says_what_it_did(kafka_bootstrap: str) -> None:
    command = ["ensure-topics", "--bootstrap-servers", kafka_bootstrap]
    assert CliRunner().invoke(main, command).exit_code == 0
    again = CliRunner().invoke(main, command)
    assert again.output == "the topics are as declared\n"


@pytest.mark.filterwarnings(REFUSED_SOCKETS)
@pytest.mark.usefixtures("refused_sockets_collected")
def test_an_absent_broker_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.topics.CONNECT_TIMEOUT_MS", 300)
    with pytest.raises(BrokerUnavailable):
        ensure_topics("127.0.0.1:1")
    result = CliRunner().invoke(main, ["ensure-topics", "--bootstrap-servers", "127.0.0.1:1"])
    assert result.exit_code == 1
    assert result.output.startswith("Error: no broker at 127.0.0.1:1")
