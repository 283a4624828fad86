"""Who contributed, against the kind's roles and the departments' persons."""

from dataclasses import replace

import pytest

from services.submission.domain.commands import Submit
from services.submission.domain.contributors import check_contributors, check_departments
from services.submission.domain.items import submit
from services.submission.domain.known import Known, named_in
from services.submission.domain.records import RecordKey
from services.submission.domain.refusals import ContributorMistakes, UnfitDepartments
from shared.contracts.department_events import Contributor
from tests.unit.submission.building import TODAY, content, kind, scheme

PERSONS = {("press", "wang"): "王芳", ("court", "li"): "李雷"}
REPORT = replace(kind(), roles=("author", "reviewer"), roles_required=("author",))


def mistakes(*contributors: Contributor, departments: tuple[str, ...] = ("press",)) -> list[str]:
    with pytest.raises(ContributorMistakes) as refused:
        check_contributors(REPORT, contributors, departments, PERSONS)
    return [mistake.field for mistake in refused.value.mistakes]


def test_contributors_of_the_kinds_roles_are_accepted_as_they_are() -> None:
    given = (Contributor("张三"), Contributor("王芳", "reviewer", "wang"))

    assert check_contributors(REPORT, given, ("press",), PERSONS) == given


def test_a_person_without_a_name_bears_the_persons() -> None:
    (named,) = check_contributors(REPORT, [Contributor("", "author", "wang")], ("press",), PERSONS)

    assert named.name == "王芳"


def test_an_unknown_role_a_missing_one_and_an_unknown_person_are_all_told_at_once() -> None:
    told = mistakes(Contributor("张三", "photographer"), Contributor("", "reviewer", "zhao"))

    assert told == ["contributors.0.role", "contributors.1.person", "contributors"]


def test_a_contributor_is_a_person_or_has_a_name() -> None:
    assert mistakes(Contributor("")) == ["contributors.0.name"]


def test_a_kind_without_roles_takes_any() -> None:
    free = replace(REPORT, roles=(), roles_required=())

    assert check_contributors(free, [Contributor("张三", "驾驶员")], ("press",), {})


def test_persons_belong_to_the_items_departments() -> None:
    li = Contributor("", "author", "li", "court")

    assert mistakes(li) == ["contributors.0.department"]
    (named,) = check_contributors(REPORT, [li], ("press", "court"), PERSONS)
    assert (named.name, named.department) == ("李雷", "court")
    assert mistakes(Contributor("", "author", "li"), departments=("press", "court")) == ["contributors.0.person"]


def test_what_is_looked_up_is_what_is_named() -> None:
    said = content(contributors=(Contributor("张三"), Contributor("", "author", "wang"), Contributor("x", person="y")))

    assert named_in(said, ("press", "court"), "c1") == {
        RecordKey("person", "wang", "press"),
        RecordKey("person", "y", "press"),
        RecordKey("call", "c1", "press"),
    }


def test_departments_of_a_joint_item_stand_once_each_the_submitting_one_first() -> None:
    assert check_departments("press", ()) == ()
    assert check_departments("press", ["court", "archive"]) == ("press", "court", "archive")
    with pytest.raises(UnfitDepartments) as refused:
        check_departments("press", ["court", "press", "court"])
    assert [mistake.field for mistake in refused.value.mistakes] == ["departments.1", "departments.2"]


def test_a_submitted_event_tells_departments_and_contributors() -> None:
    command = Submit("i1", "press", "report", content(contributors=(Contributor("", "author", "li", "court"),)))
    command = replace(command, departments=("court",))

    event = submit(command, scheme(), kind(), TODAY, Known(PERSONS))

    assert event.departments == ("press", "court")
    assert [each.name for each in event.contributors] == ["李雷"]
