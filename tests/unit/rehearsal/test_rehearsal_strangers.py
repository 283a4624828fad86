"""What a scheme names, and nobody in the organisation or in an example bears, is told without being a mistake."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from services.__main__ import main
from services.scoring.application.rehearsal.strangers import strangers
from tests.unit.rehearsal.small import EXAMPLES, ORGANISATION, SCHEME, example, folder


def told(old: str, new: str, examples: str = EXAMPLES) -> list[str]:
    assert old in SCHEME
    return [str(one) for one in strangers(folder(examples, SCHEME.replace(old, new)))]


def test_a_scheme_that_fits_its_organisation_names_no_strangers() -> None:
    assert strangers(folder()) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "table: {district: 5, city: 20}",
            "table: {distrct: 5, city: 20}",
            'measures adoption: no outlet has the tier "distrct" (did you mean "district"?)',
        ),
        (
            "table: {district: 5, city: 20}",
            "table: {city: 20}, times: {by: outlet, table: {dailly: 2}}",
            'measures adoption: there is no outlet "dailly" (did you mean "daily"?)',
        ),
        (
            "where: {category: extra}, amount: value}",
            "amount: value}\n  read: {count: adopted, where: {medium: {not: [radio]}}}",
            'measures read: no outlet has the medium "radio"',
        ),
        ("{tags: [key]}", "{tags: [kee]}", 'quotas weekly: no department has the tag "kee" (did you mean "key"?)'),
        (
            "{tags: [key]}",
            "{except: {groups: [outr]}}",
            'quotas weekly: no department has the group "outr" (did you mean "outer"?)',
        ),
        (
            "quotas:\n",
            "quotas:\n  own: {measure: reports, calendar: week, at_least: 1, applies_to: {roles: [corespondent]}}\n",
            'quotas own: no person has the role "corespondent" (did you mean "correspondent"?)',
        ),
        (
            "at_least: 1",
            "at_least: {by: department, table: {ofice: 1}}",
            'quotas weekly: there is no department "ofice" (did you mean "office"?)',
        ),
        (
            "facts: {staff: {}}",
            "facts: {stuff: {}}\nclasses: {halls: {departments: [librery]}}",
            'classes halls: there is no department "librery" (did you mean "library"?)',
        ),
        (
            "facts: {staff: {}}",
            "facts: {stuff: {}}",
            'facts stuff: neither a department nor a person has the fact "stuff" (did you mean "staff"?)',
        ),
        (
            "awards: {inner: 1}",
            "awards: {iner: 1, all: 2}",
            'scorecards month: no department has the group "iner" (did you mean "inner"?)',
        ),
    ],
)
def test_a_name_that_nobody_bears_is_told_with_its_place_and_what_was_meant(old: str, new: str, expected: str) -> None:
    assert expected in told(old, new)


def test_what_an_example_makes_of_a_department_is_known() -> None:
    later = example("""
happenings:
  - {at: 2014-03-01T10:00, change: office, group: newer, tags: [later], facts: {students: 9}}
expect: [{of: office, calendar: month, period: 2014-03, lines: {total: 0}}]
""")

    assert told("{tags: [key]}", "{tags: [later], groups: [newer]}", later) == []
    assert told("facts: {staff: {}}", "facts: {students: {}}", later) == []


def test_the_check_of_a_folder_tells_strangers_and_is_content(tmp_path: Path) -> None:
    (tmp_path / "organisation.yaml").write_text(ORGANISATION)
    (tmp_path / "scheme.yaml").write_text(SCHEME.replace("district: 5", "distrct: 5"))

    result = CliRunner().invoke(main, ["scheme", "check", str(tmp_path)])

    assert result.exit_code == 0
    assert result.output.splitlines()[1:] == [
        '  perhaps misspelt: measures adoption: no outlet has the tier "distrct" (did you mean "district"?)'
    ]
