"""Who contributed to an item, against the roles that its kind has and the persons that its departments know."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from services.submission.domain.refusals import ContributorMistakes, FieldMistake, UnfitDepartments, suggestion
from shared.contracts.department_events import Contributor
from shared.schemes.model import Kind

Persons = Mapping[tuple[str, str], str]
"""By department and person, the title of those that are known."""


def check_departments(department: str, further: Sequence[str]) -> tuple[str, ...]:
    """All departments of an item, the submitting one first; none for an item of one alone. Raises UnfitDepartments."""
    seen = {department}
    mistakes: list[FieldMistake] = []
    for place, name in enumerate(further):
        if name in seen:
            mistakes.append(FieldMistake(f"departments.{place}", f"“{name}” is named already"))
        seen.add(name)
    if mistakes:
        raise UnfitDepartments(*mistakes)
    return (department, *further) if further else ()


def check_contributors(
    kind: Kind, contributors: Sequence[Contributor], departments: Sequence[str], persons: Persons
) -> tuple[Contributor, ...]:
    """The contributors as they travel in events: one who is a known person and was given no name bears the person's.

    ``departments`` are those of the item, the submitting one first. Raises ContributorMistakes with every mistake.
    """
    mistakes: list[FieldMistake] = []
    accepted: list[Contributor] = []
    for place, each in enumerate(contributors):
        found = list(_mistakes(f"contributors.{place}", kind, each, departments, persons))
        mistakes += found
        if not found:
            accepted.append(_named(each, departments, persons))
    present = {each.role for each in contributors}
    missing = [role for role in kind.roles_required if role not in present]
    if missing:
        mistakes.append(FieldMistake("contributors", f"a {kind.name} must have one of the role {', '.join(missing)}"))
    if mistakes:
        raise ContributorMistakes(*mistakes)
    return tuple(accepted)


def _mistakes(
    path: str, kind: Kind, contributor: Contributor, departments: Sequence[str], persons: Persons
) -> Collection[FieldMistake]:
    mistakes: list[FieldMistake] = []
    if kind.roles and contributor.role not in kind.roles:
        detail = f"a {kind.name} has no role “{contributor.role}”{suggestion(contributor.role, kind.roles)}"
        mistakes.append(FieldMistake(f"{path}.role", detail))
    department = contributor.department or departments[0]
    if department not in departments:
        detail = f"“{department}” is none of the item's departments{suggestion(department, departments)}"
        mistakes.append(FieldMistake(f"{path}.department", detail))
    elif contributor.person is None:
        if not contributor.name:
            mistakes.append(FieldMistake(f"{path}.name", "is missing: a contributor has a name, or is a person"))
    elif (department, contributor.person) not in persons:
        detail = f"“{department}” has no person “{contributor.person}”; describe the person first"
        mistakes.append(FieldMistake(f"{path}.person", detail))
    return mistakes


def _named(contributor: Contributor, departments: Sequence[str], persons: Persons) -> Contributor:
    if contributor.name or contributor.person is None:
        return contributor
    return replace(contributor, name=persons[contributor.department or departments[0], contributor.person])
