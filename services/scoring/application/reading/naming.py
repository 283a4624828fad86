"""Whether the names that a list is narrowed to are names of anything: a slip of the pen is not an empty list."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from services.scoring.application.reading.questions import Misasked, one_of
from shared.schemes.model import Scheme


class Names(Protocol):
    """The part of the store's snapshot that names are looked up in."""

    def schemes(self, organisation: str) -> Sequence[Scheme]:
        """All published versions."""
        ...

    def departments(self, organisation: str) -> Sequence[str]:
        """All that scores were ever kept of."""
        ...

    def groups(self, organisation: str) -> Sequence[str]:
        """All that a department was ever in."""
        ...


def check_names(
    store: Names,
    organisation: str,
    *,
    scheme: str | None = None,
    measure: str | None = None,
    quota: str | None = None,
    department: str | None = None,
    group: str | None = None,
) -> None:
    """Raises Misasked for a name that no version of the scheme (of any scheme, when none is named) has ever had."""
    if scheme is not None or measure is not None or quota is not None:
        published = store.schemes(organisation)
        _check("scheme", scheme, (one.name for one in published))
        asked = [one for one in published if scheme in (None, one.name)]
        _check("measure", measure, (name for one in asked for name in one.measures))
        _check("quota", quota, (name for one in asked for name in one.quotas))
    if department is not None:
        _check("department", department, store.departments(organisation))
    if group is not None:
        _check("group", group, store.groups(organisation))


def _check(parameter: str, name: str | None, known: Iterable[str]) -> None:
    if name is None:
        return
    names = sorted(set(known))
    if name not in names:
        raise Misasked(parameter, one_of(parameter, name, names))
