import psycopg
from kafka import KafkaAdminClient

from dev.postgres import Postgres


def test_the_database_is_postgres_18_and_durable(database: str) -> None:
    with psycopg.connect(database) as connection:
        row = connection.execute(
            "SELECT current_setting('server_version_num')::int / 10000, current_setting('fsync'),"
            " current_setting('listen_addresses'), current_setting('server_encoding')"
        ).fetchone()
    assert row == (18, "on", "", "UTF8")


def test_each_test_has_an_empty_database(database: str, postgres_server: Postgres) -> None:
    with psycopg.connect(database) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (0,)


def test_the_broker_answers_a_metadata_request(kafka_bootstrap: str) -> None:
    client = KafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    try:
        brokers = client.describe_cluster()["brokers"]
    finally:
        client.close()
    assert len(brokers) == 1
