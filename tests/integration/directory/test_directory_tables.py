"""The directory's tables say what the latest event of each entity said, whatever the order in which events came."""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from shared.contracts.directory_events import (
    DepartmentDescribed,
    OrganisationDescribed,
    OutletDescribed,
    OutletStanding,
    SchemePublished,
    TokenDescribed,
)
from shared.directory import queries
from shared.directory.apply import describe
from shared.directory.entities import Department, Principal
from shared.directory.schemebook import SchemeBook, UnknownScheme
from shared.directory.tokens import new_secret, secret_sha256
from shared.operations.database import Pool

Connection = psycopg.Connection[Any]
SCHEME = """\
scheme: district
version: 1
title: 宣传信息计分考核办法
effective: {from: 2014-01-01}
time_zone: Asia/Shanghai
calendars: {month: {every: month}}
kinds: {report: {title: 宣传信息}}
measures: {reports: {title: 上报信息, count: submitted, where: {kind: report}}}
lines: {total: reports}
scorecards: {month: {lines: [total]}}
"""


@pytest.fixture
def conn(pool: Pool) -> Iterator[Connection]:
    with pool.connection() as connection:
        yield connection


def department(title: str, **changes: Any) -> DepartmentDescribed:
    facts = {"staff": Decimal("12.50")}
    described: dict[str, Any] = {"group": "street", "tags": ("key_unit",), "facts": facts, "from_on": date(2014, 1, 1)}
    return DepartmentDescribed("haidian", "d1", title, **{**described, "live": True, **changes})


def token(secret: str, **changes: Any) -> TokenDescribed:
    granted: dict[str, Any] = {"role": "submitter", "organisation": "haidian", "department": None}
    ends: dict[str, Any] = {"expires_at": None, "revoked_at": None}
    return TokenDescribed("t1", secret_sha256(secret), "Press office", **{**granted, **ends, **changes})


def test_a_department_is_as_it_was_described_last(conn: Connection) -> None:
    describe(conn, 1, department("一街道"))
    describe(conn, 2, department("第一街道", group=None, live=False))

    assert queries.department(conn, "haidian", "d1") == Department(
        "haidian", "d1", "第一街道", None, ("key_unit",), {"staff": Decimal("12.50")}, date(2014, 1, 1), False, 2
    )


def test_the_order_and_the_number_of_times_do_not_matter(conn: Connection) -> None:
    versions = [(1, department("one")), (2, department("two")), (3, department("three"))]

    for order in itertools.permutations([*versions, versions[1]]):
        conn.execute("TRUNCATE directory_departments")
        for version, data in order:
            describe(conn, version, data)
        known = queries.department(conn, "haidian", "d1")
        assert known is not None
        assert (known.title, known.version) == ("three", 3)


def test_departments_are_listed_by_name_and_by_group(conn: Connection) -> None:
    for name, group in (("b", "street"), ("a", "office"), ("c", "street")):
        describe(conn, 1, DepartmentDescribed("haidian", name, name, group, (), {}, date(2014, 1, 1), True))
    describe(conn, 1, DepartmentDescribed("other", "a", "a", "street", (), {}, date(2014, 1, 1), True))

    assert [each.department for each in queries.departments(conn, "haidian")] == ["a", "b", "c"]
    assert [each.department for each in queries.departments(conn, "haidian", "street")] == ["b", "c"]
    assert queries.departments(conn, "nowhere") == []


def test_an_outlet_stands_as_it_did_on_the_day(conn: Connection) -> None:
    standings = (
        OutletStanding(date(2014, 1, 1), "晚报", "district", "print"),
        OutletStanding(date(2014, 3, 1), "晚报", "city", "print"),
    )
    describe(conn, 2, OutletDescribed("haidian", "evening", standings))
    describe(conn, 1, OutletDescribed("haidian", "evening", standings[:1]))

    tiers = []
    for day in (date(2013, 12, 31), date(2014, 1, 1), date(2014, 2, 28), date(2014, 3, 1), date(2020, 1, 1)):
        standing = queries.outlet_on(conn, "haidian", "evening", day)
        tiers.append(standing and standing.tier)
    assert tiers == [None, "district", "district", "city", "city"]
    assert queries.outlet_on(conn, "haidian", "unknown", date(2014, 1, 1)) is None
    assert queries.outlet_version(conn, "haidian", "evening") == 2


def test_a_token_is_found_by_its_secret_alone(conn: Connection) -> None:
    secret = new_secret()
    describe(conn, 1, token(secret, department="d1"))

    principal = queries.find_token(conn, secret_sha256(secret))

    assert principal == Principal("t1", "Press office", "submitter", "haidian", "d1", 1)
    assert principal is not None
    assert principal.actor == "token:t1"
    assert queries.find_token(conn, secret_sha256(new_secret())) is None


@pytest.mark.parametrize(
    "end", [{"revoked_at": datetime(2014, 1, 1, tzinfo=UTC)}, {"expires_at": datetime(2014, 1, 1, tzinfo=UTC)}]
)
def test_a_revoked_or_expired_token_is_not_found_but_still_listed(conn: Connection, end: dict[str, datetime]) -> None:
    secret = new_secret()
    describe(conn, 1, token(secret))
    describe(conn, 2, token(secret, **end))

    assert queries.find_token(conn, secret_sha256(secret)) is None
    assert [each.token for each in queries.tokens(conn, "haidian")] == ["t1"]
    assert queries.secret_of_token(conn, "t1") == secret_sha256(secret)


def test_a_remembered_token_is_in_force_only_as_long_as_it_is_the_same(conn: Connection) -> None:
    def in_force(version: int) -> bool:
        row = conn.execute("SELECT directory_token_in_force('t1', %s)", (version,)).fetchone()
        assert row is not None
        return bool(row[0])

    secret = new_secret()
    describe(conn, 1, token(secret, expires_at=datetime.now(UTC) + timedelta(hours=1)))
    assert in_force(1)
    assert not in_force(2)

    describe(conn, 2, token(secret, revoked_at=datetime(2014, 1, 1, tzinfo=UTC)))
    assert not in_force(1)
    assert not in_force(2)


def test_a_scheme_is_read_once_and_kept(conn: Connection) -> None:
    book = SchemeBook()
    with pytest.raises(UnknownScheme):
        book.scheme(conn, "haidian", "district", 1)

    describe(conn, 1, SchemePublished("haidian", "district", 1, "办法", date(2014, 1, 1), SCHEME, "digest"))
    read = book.scheme(conn, "haidian", "district", 1)
    conn.execute("TRUNCATE directory_schemes")

    assert read.title == "宣传信息计分考核办法"
    assert book.scheme(conn, "haidian", "district", 1) is read


def test_an_organisations_schemes_are_its_own(conn: Connection) -> None:
    describe(conn, 1, SchemePublished("haidian", "district", 1, "办法", date(2014, 1, 1), SCHEME, "digest"))

    assert [each.name for each in SchemeBook().of_organisation(conn, "haidian")] == ["district"]
    assert SchemeBook().of_organisation(conn, "other") == []
    assert queries.scheme_text(conn, "haidian", "district", 1) == (SCHEME, "digest")


def test_organisations_are_known_by_name(conn: Connection) -> None:
    describe(conn, 1, OrganisationDescribed("haidian", "海淀区", "Asia/Shanghai"))

    known = queries.organisation(conn, "haidian")
    assert known is not None
    assert (known.title, known.time_zone) == ("海淀区", "Asia/Shanghai")
    assert [each.organisation for each in queries.organisations(conn)] == ["haidian"]
    assert queries.organisation(conn, "nowhere") is None


def test_what_is_none_of_the_directorys_is_refused(conn: Connection) -> None:
    with pytest.raises(TypeError, match="not an event of the directory"):
        describe(conn, 1, object())
