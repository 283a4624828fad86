from shared.messaging.topics import declared

SERVICES = ("submission", "scoring", "notify")


def test_what_is_folded_from_its_beginning_is_kept_for_ever() -> None:
    for name in ("department-events", "scoring-events"):
        assert declared()[name].configuration["retention.ms"] == -1


def test_the_directory_is_compacted_in_one_partition() -> None:
    topic = declared()["directory-events"]
    assert (topic.partitions, topic.configuration["cleanup.policy"]) == (1, "compact")


def test_a_topic_is_produced_by_its_owner_alone() -> None:
    for topic in declared().values():
        assert topic.owner in SERVICES
        assert all(producer.startswith(topic.owner) for producer in topic.producers)
