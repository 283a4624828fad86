"""What of a measure depends on other measures and on quotas: whom it is taken together with, and when it is late."""

from collections.abc import Mapping
from dataclasses import replace

from shared.schemes.document import Node
from shared.schemes.model import Measure, OnTime, Quota
from shared.schemes.reading import Reading
from shared.schemes.sections.measures import TOGETHER_MAX, WrittenMeasure


def settled_measures(
    reading: Reading, written: Mapping[str, WrittenMeasure], quotas: Mapping[str, Quota]
) -> dict[str, Measure]:
    """The measures as they are when all measures and quotas are known."""
    groups = _together(reading, written)
    found: dict[str, Measure] = {}
    for name, one in written.items():
        on_time = one.measure.on_time
        if one.on_time_asked is not None:
            on_time = _on_time(reading, one, one.on_time_asked, quotas)
        found[name] = replace(one.measure, together_with=groups.get(name, ()), on_time=on_time)
    return found


def _on_time(reading: Reading, written: WrittenMeasure, asked: Node, quotas: Mapping[str, Quota]) -> OnTime | None:
    """As for the first quota that uses the measure."""
    for quota in quotas.values():
        if quota.measure == written.measure.name:
            return OnTime(quota.calendar, quota.due)
    message = 'nothing says by when it is late: give the measure a "due", or a quota that uses it'
    reading.mistake(asked, message)
    return None


def _together(reading: Reading, written: Mapping[str, WrittenMeasure]) -> dict[str, tuple[str, ...]]:
    """For each measure that is taken together with others, all of them in the scheme's order."""
    named = {name: _named(reading, name, one, written) for name, one in written.items() if one.together_with}
    groups: dict[str, set[str]] = {}
    for name, others in named.items():
        joined = {name, *others}
        for member in list(joined):
            joined |= groups.get(member, set())
        for member in joined:
            groups[member] = joined
    for name, others in named.items():
        node = written[name].together_with
        assert node is not None
        if others and {name, *others} != groups[name]:
            message = f"each of these names all the others, or one alone does: {', '.join(sorted(groups[name]))}"
            reading.mistake(node, message)
    ordered = {name: tuple(one for one in written if one in groups[name]) for name in written if name in groups}
    for name, group in ordered.items():
        _check_alike(reading, written[name], written[group[0]].measure)
    return ordered


def _named(
    reading: Reading, name: str, written: WrittenMeasure, known: Mapping[str, WrittenMeasure]
) -> tuple[str, ...]:
    node = written.together_with
    assert node is not None
    others = reading.references(node, known, "measure", TOGETHER_MAX)
    if name in others:
        reading.mistake(node, f'"{name}" is one of them anyway: name the others')
    return tuple(other for other in others if other in known and other != name)


def _check_alike(reading: Reading, written: WrittenMeasure, first: Measure) -> None:
    measure = written.measure
    if measure.per_item.take != "highest":
        message = f'"{measure.name}" is taken together with others: that takes per_item: highest'
        reading.mistake(written.at, message)
    for what, one, other in (
        ("unit", measure.unit, first.unit),
        ("difference", measure.difference, first.difference),
    ):
        if one != other:
            message = (
                f'"{measure.name}" is taken together with "{first.name}", and has another {what}: {one}, not {other}'
            )
            reading.mistake(written.at, message)
