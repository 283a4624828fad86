"""Reads what an example expects: of a card, of a quota, of an amount."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from services.scoring.application.rehearsal.reading import shapes, values
from services.scoring.application.rehearsal.reading.expected import (
    OUTCOMES,
    Expectation,
    ExpectedAmount,
    ExpectedBulletin,
    ExpectedCard,
    ExpectedQuota,
)
from services.scoring.application.rehearsal.reading.happening_reader import Reader
from services.scoring.application.rehearsal.reading.places import where
from services.scoring.domain.cards.book import ORGANISATION, Subject
from shared.schemes.document import Node
from shared.schemes.entries import Fields, Named, any_text
from shared.schemes.reading import Reading

Read = TypeVar("Read")


def read_expectation(reader: Reader, node: Node) -> Expectation:
    """One entry of ``expect``: of a card, or with ``quota``, ``measure`` or ``bulletin`` of one of these."""
    keys = values.keys(node)
    if "quota" in keys:
        return _quota(reader, node, Fields(reader.reading, node, shapes.EXPECTED_QUOTA))
    if "measure" in keys:
        return _amount(reader, node, Fields(reader.reading, node, shapes.EXPECTED_AMOUNT))
    if "bulletin" in keys:
        return _bulletin(reader, node, Fields(reader.reading, node, shapes.EXPECTED_BULLETIN))
    return _card(reader, node, Fields(reader.reading, node, shapes.EXPECTED_CARD))


def _card(reader: Reader, node: Node, fields: Fields) -> ExpectedCard:
    reading = reader.reading
    calendar = _name(reading, fields.get("calendar"), reader.declared.calendars, "calendar")
    lines = Named(reading, fields.get("lines"), "line", any_text, shapes.LINES)
    declared = reader.declared.lines
    for key, _ in lines.entries:
        reading.reference(key, declared, "line")
    if not fields.has("lines", "rank", "awarded", "disqualified", "no_card", "final_at", "restated"):
        reading.mistake(
            node, "nothing is expected here: say lines, rank, awarded, disqualified, no_card, final_at or restated"
        )
    rank = fields.get("rank")
    return ExpectedCard(
        where(node),
        _subject(reader, node, fields),
        calendar,
        reader.period(fields.get("period"), calendar),
        {key.value: (reading.decimal(value), where(value)) for key, value in lines.entries},
        None if rank is None else reading.whole(rank, 0, shapes.RANK_MAX),
        _optional(reading, fields, "awarded", Reading.yes_no),
        _optional(reading, fields, "disqualified", Reading.yes_no),
        _optional(reading, fields, "no_card", Reading.yes_no) or False,
        _instant(reader, fields, "final_at"),
        _optional(reading, fields, "restated", Reading.yes_no),
    )


def _quota(reader: Reader, node: Node, fields: Fields) -> ExpectedQuota:
    reading = reader.reading
    quota = _name(reading, fields.get("quota"), reader.declared.quotas, "quota")
    outcome, reminded = fields.get("outcome"), fields.get("reminded")
    if not fields.has("outcome", "target", "actual", "due_at", "on_time", "reminded"):
        reading.mistake(node, "nothing is expected here: say outcome, target, actual, due_at, on_time or reminded")
    return ExpectedQuota(
        where(node),
        _subject(reader, node, fields),
        quota,
        reader.period(fields.get("period"), reader.declared.calendar_of(quota)),
        None if outcome is None else reading.one_of(outcome, OUTCOMES, "outcome of a quota"),
        _optional(reading, fields, "target", Reading.decimal),
        _optional(reading, fields, "actual", Reading.decimal),
        _instant(reader, fields, "due_at"),
        _optional(reading, fields, "on_time", Reading.yes_no),
        None if reminded is None else _instants(reader, reminded),
    )


def _amount(reader: Reader, node: Node, fields: Fields) -> ExpectedAmount:
    reading = reader.reading
    calendar = _name(reading, fields.get("calendar"), reader.declared.calendars, "calendar")
    amount = fields.get("amount")
    return ExpectedAmount(
        where(node),
        _subject(reader, node, fields),
        _name(reading, fields.get("measure"), reader.declared.measures, "measure"),
        calendar,
        reader.period(fields.get("period"), calendar),
        values.NOTHING if amount is None else reading.decimal(amount),
    )


def _bulletin(reader: Reader, node: Node, fields: Fields) -> ExpectedBulletin:
    bulletin = _name(reader.reading, fields.get("bulletin"), reader.declared.bulletins, "bulletin")
    issued_at = fields.get("issued_at")
    return ExpectedBulletin(
        where(node),
        bulletin,
        reader.period(fields.get("period"), reader.declared.calendar_of_bulletin(bulletin)),
        values.EPOCH if issued_at is None else reader.instant(issued_at),
    )


def _instant(reader: Reader, fields: Fields, key: str) -> datetime | None:
    node = fields.get(key)
    return None if node is None else reader.instant(node)


def _instants(reader: Reader, node: Node) -> tuple[datetime, ...]:
    nodes = values.entries(reader.reading, node, "instants", shapes.REMINDERS_MAX)
    return tuple(reader.instant(each) for each in nodes)


def _subject(reader: Reader, node: Node, fields: Fields) -> Subject:
    of, person, group = fields.get("of"), fields.get("person"), fields.get("group")
    given = [each for each in (group, fields.get("organisation"), of or person) if each is not None]
    if len(given) != 1:
        reader.reading.mistake(node, "say of whom: of: a department, person:, group:, or organisation: true")
        return ORGANISATION
    if person is not None:
        found = reader.person(person, reader.taking_part if of is None else (reader.department(of),))
        return ORGANISATION if found is None else Subject("person", *found)
    if of is not None:
        return Subject("department", reader.department(of))
    if group is not None:
        return Subject("group", _name(reader.reading, group, reader.declared.organisation.groups, "group"))
    return ORGANISATION


def _name(reading: Reading, node: Node | None, declared: list[str] | set[str], what: str) -> str:
    return "" if node is None else reading.reference(node, declared, what)


def _optional(reading: Reading, fields: Fields, key: str, read: Callable[[Reading, Node], Read]) -> Read | None:
    node = fields.get(key)
    return None if node is None else read(reading, node)
