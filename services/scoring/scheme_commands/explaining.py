"""``tongbao scheme explain``: why does a line of an example have its value?"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from services.scoring.application.rehearsal.folder import Folder, FolderMistakes
from services.scoring.application.rehearsal.playing.rehearse import Unplayable
from services.scoring.application.rehearsal.reading.examples import Example
from services.scoring.application.rehearsal.reading.expected import ExpectedCard
from services.scoring.application.rehearsal.trying.trial import play
from services.scoring.domain.cards.book import ORGANISATION, Subject
from services.scoring.domain.cards.needs import TooLarge
from services.scoring.scheme_commands import mistakes
from services.scoring.scheme_commands.files import folder_of
from services.scoring.scheme_commands.reasons import line_reasons
from services.scoring.scheme_commands.wording import subject_text
from shared.schemes.mistakes import closest, listed

Asked = tuple[Subject, str, str]
"""A subject's card: of which calendar and period."""


@click.command("explain")
@click.argument("path", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("example")
@click.argument("line")
@click.option("--of", "department", help="Of this department, or of this one's person.")
@click.option("--person", help="Of this person.")
@click.option("--group", help="Of this group.")
@click.option("--organisation", is_flag=True, help="Of all together.")
@click.option("--calendar", help="Of this calendar's card.")
@click.option("--period", help="Of this period, as the calendar writes it.")
def explain(
    path: Path,
    example: str,
    line: str,
    department: str | None,
    person: str | None,
    group: str | None,
    organisation: bool,
    calendar: str | None,
    period: str | None,
) -> None:
    """Show how LINE comes about in an EXAMPLE of the folder DIR, named by its number or by a part of its title.

    Without options, on every card that the example expects something of.
    """
    try:
        folder = folder_of(path)
    except FolderMistakes as found:
        mistakes.show_folder(path, found)
        sys.exit(1)
    chosen = _example(folder, example)
    if line not in folder.schemes[-1].lines:
        meant = closest(line, folder.schemes[-1].lines)
        raise click.UsageError(f'there is no line "{line}"' + (f': did you mean "{meant}"?' if meant else ""))
    wanted = _subject(folder, department, person, group, organisation)
    asked = [one for one in _expected(chosen) if _fits(one, wanted, calendar, period)]
    if not asked and wanted is not None and calendar is not None and period is not None:
        asked = [(wanted, calendar, period)]
    if not asked:
        raise click.UsageError("the example expects no such card: say --of (or --person …), --calendar and --period")
    _print(folder, chosen, line, asked)


def _print(folder: Folder, example: Example, line: str, asked: list[Asked]) -> None:
    click.echo(example.title)
    rehearsal = play(folder, example)
    for subject, calendar, period in asked:
        click.echo(f"\n{subject_text(subject)}, {calendar} {period}")
        try:
            for reason in line_reasons(rehearsal, subject, calendar, period, line):
                click.echo(f"  {reason}")
        except (Unplayable, TooLarge, ValueError) as mistake:
            raise click.ClickException(str(mistake)) from mistake


def _example(folder: Folder, named: str) -> Example:
    """By its number, from 1, or by a part of its title that no other has."""
    examples = [example for _, example in folder.examples]
    if named.isdecimal() and 1 <= int(named) <= len(examples):
        return examples[int(named) - 1]
    found = [example for example in examples if named in example.title]
    exact = [example for example in found if example.title == named] or found
    if len(exact) == 1:
        return exact[0]
    if not exact:
        raise click.UsageError(f'no example has "{named}" in its title, and there are {len(examples)} of them')
    raise click.UsageError(f'"{named}" stands in several titles: {listed([example.title for example in exact])}')


def _subject(
    folder: Folder, department: str | None, person: str | None, group: str | None, organisation: bool
) -> Subject | None:
    if person is not None:
        known = folder.organisation
        among = tuple(known.departments) if department is None else (department,)
        home = known.department_of(person, among)
        if home is None:
            raise click.UsageError(f'there is no person "{person}"')
        return Subject("person", person, home)
    if department is not None:
        if department not in folder.organisation.departments:
            meant = closest(department, folder.organisation.departments)
            raise click.UsageError(
                f'there is no department "{department}"' + (f': did you mean "{meant}"?' if meant else "")
            )
        return Subject("department", department)
    if group is not None:
        return Subject("group", group)
    return ORGANISATION if organisation else None


def _expected(example: Example) -> Iterator[Asked]:
    """The cards that the example expects something of, each once."""
    cards = (one for one in example.expectations if isinstance(one, ExpectedCard) and not one.no_card)
    yield from dict.fromkeys((one.subject, one.calendar, one.period) for one in cards)


def _fits(asked: Asked, subject: Subject | None, calendar: str | None, period: str | None) -> bool:
    return subject in (None, asked[0]) and calendar in (None, asked[1]) and period in (None, asked[2])
