"""``tongbao scheme …`` as somebody at a terminal meets it."""

import json
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import urllib3
from click.testing import CliRunner, Result

from services.__main__ import main
from services.scoring.scheme_commands.publishing import effective_from
from shared.schemes import read_scheme
from tests.unit.rehearsal.small import EXAMPLES, ORGANISATION, SCHEME, example
from tests.unit.schemes.conforming import departures, loaded

QUOTA = example("""
departments: [office]
happenings:
  - {at: 2014-03-04T10:00, submit: report, by: office, as: r}
  - {at: 2014-03-05T10:00, withdraw: r}
until: 2014-03-10T00:00
expect:
  - {of: office, quota: weekly, period: 2014-W10, outcome: met}
""")


@pytest.fixture
def rulebook(tmp_path: Path) -> Path:
    write(tmp_path, EXAMPLES)
    return tmp_path


def write(path: Path, examples: str, scheme: str = SCHEME) -> None:
    (path / "organisation.yaml").write_text(ORGANISATION)
    (path / "scheme.yaml").write_text(scheme)
    (path / "examples.yaml").write_text(examples)


def tongbao(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["scheme", *map(str, arguments)])


def test_a_folder_is_checked_as_a_whole(rulebook: Path) -> None:
    result = tongbao("check", rulebook)

    assert (result.exit_code, result.output) == (0, f"{rulebook}: no mistakes; scheme small, version 1, 1 example\n")


def test_the_mistakes_of_a_folder_are_shown_file_by_file(rulebook: Path) -> None:
    write(rulebook, EXAMPLES.replace("by: office", "by: ofice"))

    result = tongbao("check", rulebook)

    assert result.exit_code == 1
    assert result.output == (
        f'{rulebook}/examples.yaml:5:52: there is no department "ofice" (did you mean "office"?)\n'
        "        - {at: 2014-03-04T10:00, submit: report, by: ofice}\n"
        "                                                     ^^^^^\n"
        "1 mistake\n"
    )


def test_examples_that_pass_are_listed(rulebook: Path) -> None:
    result = tongbao("test", rulebook)

    assert result.exit_code == 0
    assert [line.split() for line in result.output.splitlines()] == [
        [str(rulebook)],
        ["ok", "报送1条", "1/1"],
        ["1", "example:", "1", "passed,", "0", "failed"],
    ]


def test_a_line_that_fails_shows_its_formula_with_values_and_the_ledger_with_its_clause(rulebook: Path) -> None:
    write(rulebook, EXAMPLES.replace("total: 1", "total: 2"))

    result = tongbao("test", rulebook)

    assert result.exit_code == 1
    assert "FAILED" in result.output
    shown = result.output[result.output.index(f"{rulebook}/examples.yaml:7: ") :]
    assert shown == (
        f"{rulebook}/examples.yaml:7: office, month 2014-03, line total: expected 2, found 1\n"
        "    total = reports + adoption + extra = 1 + 0 + 0 = 1 (总分)\n"
        "      “总分为各项之和”\n"
        "    reports = 1 (报送), the sum of the ledger's entries:\n"
        "      “每报送1条计1分”\n"
        "      2014-03-04     +1  item-1 submitted, recorded 2014-03-04T10:00\n"
        "    adoption = 0, the sum of the ledger's entries:\n"
        "      no entries\n"
        "    extra = 0, the sum of the ledger's entries:\n"
        "      no entries\n"
        "1 example: 0 passed, 1 failed\n"
    )


def test_a_quota_that_fails_shows_what_was_owed_and_what_counted(rulebook: Path) -> None:
    write(rulebook, QUOTA)

    result = tongbao("test", rulebook)

    assert result.exit_code == 1
    assert (
        "outcome of weekly: expected met, found missed\n"
        "    “每周不少于1条”\n"
        "    office: missed, 0 of 1, 1 lacking, due 2014-03-10T00:00\n"
        "      reports, as the ledger has it:\n"
        "        2014-03-04     +1  r submitted, recorded 2014-03-04T10:00\n"
        "        2014-03-04     -1  r submitted, recorded 2014-03-05T10:00\n"
    ) in result.output


def test_a_rank_that_fails_shows_the_ranking(rulebook: Path) -> None:
    write(
        rulebook,
        example("""
happenings: [{at: 2014-03-04T10:00, submit: report, by: culture}]
expect: [{of: office, calendar: month, period: 2014-03, rank: 1}]
"""),
    )

    result = tongbao("test", rulebook)

    assert (
        "office, month 2014-03, rank: expected 1, found 2\n    1. culture, 1, awarded\n    2. office, 0\n"
    ) in result.output


def test_machines_get_one_document(rulebook: Path) -> None:
    write(rulebook, QUOTA)

    result = tongbao("test", rulebook, "--json")

    assert result.exit_code == 1
    (found,) = json.loads(result.output)["folders"][0]["examples"]
    assert (found["title"], found["line"], found["passed"]) == ("例子", 2, False)
    (finding,) = found["findings"]
    assert {key: finding[key] for key in ("line", "subject", "period", "what", "expected", "found", "passed")} == {
        "line": 9,
        "subject": "office",
        "period": "2014-W10",
        "what": "outcome of weekly",
        "expected": "met",
        "found": "missed",
        "passed": False,
    }
    assert any("1 lacking" in reason for reason in finding["reasons"])


def test_the_mistakes_of_a_folder_fail_its_test(rulebook: Path) -> None:
    write(rulebook, EXAMPLES.replace("by: office", "by: ofice"))

    plain, machine = tongbao("test", rulebook), tongbao("test", rulebook, "--json")

    assert (plain.exit_code, machine.exit_code) == (1, 1)
    assert "did you mean" in plain.output
    assert json.loads(machine.output)["folders"][0]["mistakes"][0]["suggestion"] == "office"


def test_what_cannot_be_worked_out_fails_with_its_reason(rulebook: Path) -> None:
    scheme = SCHEME.replace("due: {after_end: P0D}", "due: {workday: 1}")
    write(rulebook, EXAMPLES.replace("2014-03-04", "2033-03-04").replace("2014-03,", "2033-03,"), scheme)

    result = tongbao("test", rulebook)

    assert result.exit_code == 1
    assert "2027" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("named", ["1", "报送", "报送1条"])
def test_a_line_can_be_explained_also_where_it_passes(rulebook: Path, named: str) -> None:
    result = tongbao("explain", rulebook, named, "total")

    assert result.exit_code == 0
    assert result.output.startswith(
        "报送1条\n\noffice, month 2014-03\n  total = reports + adoption + extra = 1 + 0 + 0"
    )


def test_any_line_of_any_subject_can_be_explained(rulebook: Path) -> None:
    result = tongbao("explain", rulebook, 1, "own", "--person", "wang", "--calendar", "month", "--period", "2014-03")

    assert result.exit_code == 0
    assert "wang of office, month 2014-03\n  own = reports = 0\n" in result.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((1, "totl"), 'did you mean "total"?'),
        ((2, "total"), 'no example has "2" in its title'),
        ((1, "total", "--of", "ofice"), 'did you mean "office"?'),
        ((1, "total", "--of", "culture"), "say --of"),
        ((1, "total", "--of", "culture", "--calendar", "month", "--period", "2014-99"), "there is no period"),
    ],
)
def test_what_cannot_be_explained_is_said(rulebook: Path, arguments: tuple[object, ...], told: str) -> None:
    result = tongbao("explain", rulebook, *arguments)

    assert result.exit_code != 0
    assert told in result.output


def test_two_versions_are_compared_in_words(tmp_path: Path) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(SCHEME)
    new.write_text(SCHEME.replace("at_least: 1", "at_least: 2"))

    assert tongbao("diff", old, new).output == "quotas weekly: at_least: 1 → 2\n"
    assert tongbao("diff", old, old).output == "nothing changes\n"


class Service:
    """Stands in for the submission service: keeps what is sent, and answers what it is told to."""

    def __init__(self, status: int, body: Any) -> None:
        self.status = status
        self.body = json.dumps(body).encode()
        self.sent: dict[str, Any] = {}

    def request(self, pool: Any, method: str, url: str, **sent: Any) -> urllib3.HTTPResponse:
        self.sent = {"method": method, "url": url, **sent}
        return urllib3.HTTPResponse(body=self.body, status=self.status, preload_content=True)


def publish(file: Path, service: Service, monkeypatch: pytest.MonkeyPatch, *options: str) -> Result:
    monkeypatch.setattr(urllib3.PoolManager, "request", lambda *a, **named: service.request(*a, **named))
    to = ("--url", "http://127.0.0.1:8101/", "--organisation", "town", "--token", "secret")
    return tongbao("publish", file, *to, *options)


def test_a_version_is_published_as_the_file_has_it(rulebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service(201, {})

    result = publish(rulebook / "scheme.yaml", service, monkeypatch)

    assert (result.exit_code, result.output) == (0, "small version 1 is published; it holds from 2014-01-01 on\n")
    assert service.sent["method"] == "PUT"
    assert service.sent["url"] == "http://127.0.0.1:8101/v1/organisations/town/schemes/small/versions/1"
    assert service.sent["body"].decode() == SCHEME
    assert service.sent["headers"]["Authorization"] == "Bearer secret"


def test_a_version_can_be_published_from_another_day_on(rulebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service(201, {})

    result = publish(rulebook / "scheme.yaml", service, monkeypatch, "--from", "2014-07-01")

    assert "holds from 2014-07-01 on" in result.output
    assert service.sent["body"].decode() == SCHEME.replace("from: 2014-01-01}\ntime", "from: 2014-07-01}\ntime")


def test_what_the_service_refuses_is_told(rulebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = {"title": "Version out of order", "detail": "", "errors": [{"field": "version", "detail": "must be 2"}]}

    result = publish(rulebook / "scheme.yaml", Service(409, problem), monkeypatch)

    assert result.exit_code == 1
    assert result.output == "Error: the service answered 409: Version out of order\n  version: must be 2\n"


def test_a_scheme_with_mistakes_is_not_sent(rulebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(rulebook, EXAMPLES, SCHEME.replace("measure: reports", "measure: report"))
    service = Service(201, {})

    assert publish(rulebook / "scheme.yaml", service, monkeypatch).exit_code == 1
    assert service.sent == {}


@pytest.mark.parametrize("written", ["effective: {from: 2014-01-01}", "effective:\n  from: '2014-01-01'   # 起"])
def test_only_the_day_is_replaced_wherever_it_stands(written: str) -> None:
    text = SCHEME.replace("effective: {from: 2014-01-01}", written)

    changed = effective_from(text, date(2015, 2, 3))

    assert changed == text.replace(written, written.replace("2014-01-01", "2015-02-03"))
    assert read_scheme(changed).effective_from == date(2015, 2, 3)


@pytest.mark.parametrize(
    ("asked", "file", "key"),
    [
        ((), "scheme.yaml", "measures"),
        (("organisation",), "organisation.yaml", "departments"),
        (("examples",), "examples.yaml", "examples"),
    ],
)
def test_the_json_schemas_for_editors_take_every_rulebook(asked: tuple[str, ...], file: str, key: str) -> None:
    schema = json.loads(tongbao("schema", *asked).output)

    assert key in schema["properties"]
    assert list(departures(loaded("unheard_of: 1"), schema, schema))
    for path in sorted(Path("schemes").glob(f"*/{file}")):
        assert not list(departures(loaded(path.read_text()), schema, schema)), path


def test_the_program_runs_from_any_directory(tmp_path: Path) -> None:
    program = Path("bin/tongbao").resolve()

    result = subprocess.run([program, "scheme", "--help"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert result.returncode == 0
    assert "Usage: tongbao scheme" in result.stdout
