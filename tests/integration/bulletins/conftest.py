"""The scoring service's web application over the generated district, in which all departments are live."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg import Connection
from psycopg.rows import TupleRow

from services.scoring import bootstrap
from services.scoring.bootstrap import Bulletins
from shared.operations.database import Pool
from tests.integration.scorecards.application import add_token
from tests.integration.scorecards.conftest import (  # noqa: F401 - fixtures of the same application
    app,
    client,
    connection,
    departments,
    district_template,
    empty_template,
    pool,
    readings,
    scoring_database,
)

PATH = "/v1/organisations/district/bulletins"


@pytest.fixture
def bulletins(pool: Pool) -> Bulletins:  # noqa: F811
    return bootstrap.bulletins(pool)


@pytest.fixture
def live(connection: Connection[TupleRow], departments: list[str]) -> list[str]:  # noqa: F811
    """The departments, live since the beginning of 2014."""
    connection.execute(
        "INSERT INTO department_spans (organisation, department, joined_on, live, live_at)"
        " SELECT organisation, department, '2014-01-01', true, '2013-12-31T16:00Z' FROM directory_departments"
    )
    return departments


@pytest.fixture
def order(client: FlaskClient) -> Callable[..., Any]:  # noqa: F811
    """Orders an issue; the answer's body."""

    def place(period: str = "2014-02", status: int = 201, **more: Any) -> Any:
        key = more.pop("key", None)
        headers = {"Idempotency-Key": key} if key else {}
        answer = client.post(PATH, json={"bulletin": "monthly", "period": period, **more}, headers=headers)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json()

    return place


@pytest.fixture
def signed_in(app: Flask, connection: Connection[TupleRow]) -> Callable[..., FlaskClient]:  # noqa: F811
    """A client with a token of this role and scope."""

    def sign_in(**granted: Any) -> FlaskClient:
        secret = "tongbao_" + "_".join(str(value) for value in granted.values())
        add_token(connection, secret, **granted)
        made = app.test_client()
        made.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        return made

    return sign_in


def retract(connection: Connection[TupleRow], department: str, version: int = 900_000) -> None:  # noqa: F811
    """What the fold writes when an adoption of February is retracted in May: a compensating entry of −3."""
    with connection.transaction():
        connection.execute(
            "INSERT INTO ledger SELECT organisation, department, %s, 1, scheme, 1, 'adoption', item, fact, -3,"
            " '2014-02-11', 'tongbao.item.fact_retracted.v1', '2014-05-02T01:00Z', NULL FROM ledger"
            " WHERE department = %s ORDER BY stream_version LIMIT 1",
            (version, department),
        )
        connection.execute(
            "INSERT INTO totals AS t (organisation, scheme, calendar, period, department, measure, amount, entries)"
            " SELECT organisation, scheme, calendar, period, department, 'adoption', -3, 1 FROM periods"
            " WHERE department = %s AND first <= '2014-02-11' AND \"end\" > '2014-02-11'"
            " ON CONFLICT (organisation, scheme, calendar, period, department, person, measure)"
            " DO UPDATE SET amount = t.amount - 3, entries = t.entries + 1",
            (department,),
        )
        connection.execute(
            "UPDATE positions SET version = %s, recorded_at = '2014-05-02T01:00Z' WHERE stream = %s",
            (version, f"district/{department}"),
        )
