"""A rulebook's folder: the organisation, the versions of the scheme, and the rulebooks that come with the project."""

from pathlib import Path

import pytest

from services.scoring.application.rehearsal.folder import FolderMistakes, read_folder
from services.scoring.application.rehearsal.reading.organisation import read_organisation
from services.scoring.application.rehearsal.trying.trial import try_examples
from services.scoring.scheme_commands.files import folder_of
from shared.schemes import SchemeMistakes
from tests.unit.rehearsal.small import EXAMPLES, ORGANISATION, SCHEME, example, folder

FOLDERS = sorted(path.parent for path in Path("schemes").glob("*/examples.yaml"))

VERSION_2 = SCHEME.replace("version: 1", "version: 2").replace(
    "effective: {from: 2014-01-01}", "effective: {from: 2014-04-01}"
)


@pytest.mark.parametrize("path", FOLDERS, ids=lambda path: path.name)
def test_the_examples_of_every_rulebook_pass(path: Path) -> None:
    failing = [
        f"{one.file}:{where.line}: {message}"
        for one in try_examples(folder_of(path))
        for where, message in (
            *one.impossible,
            *((found.where, f"{found.what}: {found.expected} ≠ {found.found}") for found in one.failures),
        )
    ]
    assert failing == []


def test_the_files_of_a_folder_are_found_by_their_names() -> None:
    found = read_folder(
        {
            "organisation.yaml": ORGANISATION,
            "scheme.yaml": SCHEME,
            "scheme-2.yaml": VERSION_2,
            "examples.yaml": EXAMPLES,
            "examples-more.yaml": EXAMPLES,
        }
    )

    assert [scheme.version for scheme in found.schemes] == [1, 2]
    assert [file for file, _ in found.examples] == ["examples-more.yaml", "examples.yaml"]


def test_each_version_holds_in_its_own_time() -> None:
    texts = {
        "organisation.yaml": ORGANISATION,
        "scheme.yaml": SCHEME,
        "scheme-2.yaml": VERSION_2.replace("formula: reports + adoption + extra", "formula: reports * 3"),
        "examples.yaml": example("""
happenings:
  - {at: 2014-03-31T23:59:59, submit: report, by: office}
  - {at: 2014-04-01T00:00, submit: report, by: office}
expect:
  - {of: office, calendar: month, period: 2014-03, lines: {total: 1}}
  - {of: office, calendar: month, period: 2014-04, lines: {total: 3}}
"""),
    }

    assert [one.passed for one in try_examples(read_folder(texts))] == [True]


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (SCHEME.replace("version: 1", "version: 3"), "version 3 follows version 1: the next one is 2"),
        (SCHEME.replace("version: 1", "version: 2"), "version 2 must hold from a later day than 2014-01-01"),
        (VERSION_2.replace("scheme: small", "scheme: other"), 'there is "small" too'),
        (VERSION_2.replace("measure: reports", "measure: report"), 'there is no measure "report"'),
    ],
)
def test_the_versions_of_a_folder_must_follow_one_another(second: str, told: str) -> None:
    with pytest.raises(FolderMistakes) as found:
        read_folder({"organisation.yaml": ORGANISATION, "scheme.yaml": SCHEME, "scheme-2.yaml": second})

    assert [told in str(mistake) for mistake in found.value.mistakes["scheme-2.yaml"]] == [True]


def test_a_folder_needs_an_organisation_and_a_scheme() -> None:
    with pytest.raises(FolderMistakes) as found:
        read_folder({"examples.yaml": EXAMPLES})

    assert set(found.value.mistakes) == {"organisation.yaml", "scheme.yaml"}


def test_mistakes_of_all_files_are_told_together() -> None:
    with pytest.raises(FolderMistakes) as found:
        folder(scheme=SCHEME.replace("measure: reports", "measure: report"), organisation="departments: []")

    assert set(found.value.mistakes) == {"organisation.yaml", "scheme.yaml"}


def test_an_organisation_is_read_with_its_standings_in_order() -> None:
    found = read_organisation(ORGANISATION)

    assert (found.name, found.time_zone.key, sorted(found.groups)) == ("town", "Asia/Shanghai", ["inner", "outer"])
    assert [(one.tier, one.from_on.month) for one in found.outlets["daily"]] == [("district", 1), ("city", 6)]
    assert found.departments["library"].last_on is not None
    assert found.department_of("li", ("office", "culture")) == "culture"
    assert found.department_of("li", ("office",)) is None


def test_all_mistakes_of_an_organisation_are_told_at_once() -> None:
    with pytest.raises(SchemeMistakes) as found:
        read_organisation("""\
organisation: {name: Town, time_zone: Asia/Shanghia}
outlets:
  - {name: daily, tier: city}
departments:
  - {name: office, grp: inner, facts: {staff: many}}
  - {name: office, from: 2014-02-01, until: 2014-01-31}
persons:
  - {name: wang, department: ofice}
""")

    assert [str(mistake) for mistake in found.value.mistakes] == [
        'line 1, column 22: "Town" cannot name a organisation: use at most 63 lower-case letters, digits, _ and -',
        'line 1, column 39: there is no time zone "Asia/Shanghia" (did you mean "Asia/Shanghai"?)',
        'line 3, column 5: an outlet needs "medium"',
        'line 5, column 20: a department has no "grp"; it has name, title, group, tags, facts, from, until '
        '(did you mean "group"?)',
        'line 5, column 47: "many" is no number: write it like 5, -2 or 0.5, at most 12 digits and 6 places',
        'line 6, column 5: the department "office" stands here twice',
        "line 6, column 45: the last day lies before the first",
        'line 8, column 30: there is no department "ofice" (did you mean "office"?)',
    ]
