"""Whether a what-if can be asked at all: the draft is a scheme, the version is published, the days make sense."""

from datetime import date

from services.scoring.application.what_ifs.ports import Published
from services.scoring.application.what_ifs.questions import Backdating, Draft, Question
from shared.schemes import read_scheme


class Unaskable(Exception):
    """One part of the question is wrong; the sentence says how."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field
        self.detail = detail


def about_draft(
    published: Published, organisation: str, text: str, first: date | None, last: date | None, title: str | None
) -> Question:
    """What would be had this text been the scheme. Raises SchemeMistakes with all mistakes, and Unaskable."""
    scheme = read_scheme(text)
    if published(organisation, scheme.name) is None:
        raise Unaskable("draft", f'there is no scheme "{scheme.name}" whose past it could be compared with')
    if first is not None and last is not None and last < first:
        raise Unaskable("to", f"must not be before {first}")
    return Question(organisation, title or scheme.title, Draft(scheme.name, text), first, last)


def about_backdating(
    published: Published, organisation: str, backdating: Backdating, last: date | None, title: str | None
) -> Question:
    """What backdating a published version would change. Raises Unaskable for what the command would refuse."""
    found = published(organisation, backdating.scheme)
    if found is None:
        raise Unaskable("scheme", f'no scheme "{backdating.scheme}" is published')
    version = next((one for one in found.versions if one.version == backdating.version), None)
    if version is None:
        raise Unaskable("version", f'version {backdating.version} of "{backdating.scheme}" is not published')
    begins = found.versions[0].effective_from
    if not begins <= backdating.from_on < version.effective_from:
        between = f"from {begins}, when the first version holds, to before {version.effective_from}"
        raise Unaskable("from", f"must be a day {between}, from which version {version.version} holds anyway")
    return Question(organisation, title or version.title, backdating, None, last)
