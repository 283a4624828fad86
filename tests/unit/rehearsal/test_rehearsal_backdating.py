"""A version that is backdated in an example: what comes of it, and what the service would refuse."""

import pytest

from services.scoring.application.rehearsal.folder import FolderMistakes, read_folder
from services.scoring.application.rehearsal.trying.trial import Tried, try_examples
from tests.unit.rehearsal.small import ORGANISATION, SCHEME, example

SECOND = (
    SCHEME.replace("version: 1", "version: 2")
    .replace("{from: 2014-01-01}", "{from: 2014-04-01}", 1)
    .replace("formula: reports + adoption", "formula: reports * 2 + adoption")
)


def tried(body: str) -> Tried:
    texts = {"organisation.yaml": ORGANISATION, "scheme.yaml": SCHEME, "scheme-2.yaml": SECOND}
    return next(try_examples(read_folder({**texts, "examples.yaml": example(body)})))


def test_cards_of_the_past_have_the_lines_of_the_version_from_then_on_also_of_who_joins_later() -> None:
    body = """
happenings:
  - {at: 2014-03-04T10:00, submit: report, by: office}
  - {at: 2014-02-04T10:00, submit: report, by: library}
  - {at: 2014-04-04T10:00, backdate: 2, from: 2014-03-01, reason: 三月起按新办法}
"""
    after = tried(
        body
        + """
expect:
  - {of: library, calendar: month, period: 2014-02, lines: {total: 1}}
  - {of: office,  calendar: month, period: 2014-03, lines: {total: 2}}
"""
    )
    before = tried(
        body
        + """
as_of: 2014-04-04T09:59
expect:
  - {of: office,  calendar: month, period: 2014-03, lines: {total: 1}}
"""
    )
    assert (after.passed, before.passed) == (True, True), (after, before)


@pytest.mark.parametrize(
    ("backdate", "told"),
    [
        (
            "2014-03-31T10:00, backdate: 2, from: 2014-03-01",
            "version 2 holds only from 2014-04-01 on; it has scored nothing yet",
        ),
        (
            "2014-04-02T10:00, backdate: 2, from: 2014-04-01",
            "version 2 holds from 2014-04-01 on anyway: name an earlier day",
        ),
        ("2014-04-02T10:00, backdate: 2, from: 2013-12-31", "the first version holds only from 2014-01-01 on"),
    ],
)
def test_what_the_service_would_refuse_is_a_mistake(backdate: str, told: str) -> None:
    with pytest.raises(FolderMistakes) as found:
        tried(f"happenings: [{{at: {backdate}}}]\nexpect: []")
    [mistake] = found.value.mistakes["examples.yaml"]
    assert mistake.message == told
