"""For which calendars lines are worked out, as the scorecards that show them have it, and whether they can be."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.calendars import Calendar, Campaign
from shared.schemes.document import Node
from shared.schemes.model import Line, Scorecard
from shared.schemes.reading import Reading
from shared.schemes.sections.relations import OF_QUOTA, OVER, RANKED, Declared, is_open

EVALUATED_MAX = 400
"""Lines that are worked out for one card, those of other calendars among them."""


@dataclass(frozen=True)
class _Place:
    """A line, worked out for the periods of a calendar."""

    line: str
    calendar: str


def check_evaluation(reading: Reading, declared: Declared, node: Node | None) -> None:
    """``node`` is the section of the scorecards, where a card that takes too much is told."""
    checked: set[_Place] = set()
    for card in declared.scorecards:
        places = _places_of(card, declared)
        if len(places) > EVALUATED_MAX and node is not None:
            message = f'the scorecard "{card.name}" takes more than {EVALUATED_MAX} lines to work out'
            reading.mistake(node, message)
        for place in places:
            if place not in checked:
                checked.add(place)
                _check(reading, declared, place)


def _places_of(card: Scorecard, declared: Declared) -> list[_Place]:
    """All that has to be worked out for a card; not all of it where it is too much."""
    ahead = [_Place(name, card.calendar) for name in dict.fromkeys([*card.lines, *_ranking_lines(card)])]
    found = dict.fromkeys(ahead)
    while ahead and len(found) <= EVALUATED_MAX:
        place = ahead.pop()
        written = declared.lines.get(place.line)
        for used in _used(written.parsed[0], place, declared) if written and written.parsed else ():
            if used not in found:
                found[used] = None
                ahead.append(used)
    return list(found)


def _ranking_lines(card: Scorecard) -> list[str]:
    rank = [card.rank.by, *card.rank.then] if card.rank else []
    return [*rank, *([card.disqualified] if card.disqualified else [])]


def _used(line: Line, place: _Place, declared: Declared) -> Iterator[_Place]:
    for reference in line.formula.references:
        if reference.name not in declared.lines or reference.function in OF_QUOTA:
            continue
        if reference.function in RANKED:  # 0 where the calendar's card does not rank by it
            for card in declared.ranking(declared.lines[reference.name].subject, reference.name):
                if card.calendar == place.calendar:
                    yield from (_Place(name, card.calendar) for name in _ranking_lines(card))
        elif reference.function in OVER and reference.calendar is not None:
            yield _Place(reference.name, reference.calendar)
        else:
            yield _Place(reference.name, place.calendar)


def _check(reading: Reading, declared: Declared, place: _Place) -> None:
    """Note what a line cannot take over, or judge by, in the periods of a calendar."""
    written, calendar = declared.lines.get(place.line), declared.calendars.get(place.calendar)
    if written is None or written.parsed is None or calendar is None:
        return
    line, at = written.parsed
    for reference in line.formula.references:
        message = None
        if reference.function in OVER:
            child = declared.calendars.get(reference.calendar or "")
            message = _over_mistake(child, calendar) if child else None
        elif reference.function in OF_QUOTA and reference.name in declared.quotas:
            quota = declared.quotas[reference.name]
            judged = declared.calendars.get(quota.calendar)
            message = _quota_mistake(quota.name, judged, calendar) if judged else None
        if message is not None:
            start, end = line.formula.places_of(reference)[0]
            reading.mistake_within(at, start, end, message)


def _over_mistake(child: Calendar, calendar: Calendar) -> str | None:
    if child.longest_days < calendar.shortest_days or is_open(child):  # an open one is told with the formula
        return None
    return f'"{child.name}" is not shorter than "{calendar.name}", for whose periods this line is worked out'


def _quota_mistake(quota: str, judged: Calendar, calendar: Calendar) -> str | None:
    """A quota of a single period counts in the period that holds its last day, however long it is itself."""
    if isinstance(judged, Campaign) or judged.longest_days <= calendar.longest_days:
        return None
    return f'"{quota}" goes by "{judged.name}", which is longer than "{calendar.name}", that of the card of this line'
