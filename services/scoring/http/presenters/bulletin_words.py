"""The words in which the figures of an issue, and what has changed of them, are told."""

from collections.abc import Iterator
from decimal import Decimal

from services.scoring.domain.errata import Cause, Erratum
from shared.web.formats import day, number, period
from shared.web.languages import language, translate, words


def state(name: str) -> str:
    """What came of an obligation."""
    return translate(f"bulletin.state.{name}")


def of_figure(erratum: Erratum) -> str:
    """Which figure it is: the line's or the quota's title with its period, or what belongs to the whole card."""
    if erratum.of in ("outcome", "actual"):
        return f"{erratum.name_title}（{period(erratum.of_period)}）"
    return erratum.name_title or translate(f"bulletin.figure.{erratum.of}")


def said_figure(erratum: Erratum, value: str | None) -> str:
    """A figure's value in words; a dash for what was not there."""
    match erratum.of:
        case "awarded" | "disqualified":
            return translate("bulletin.yes" if value == "true" else "bulletin.no")
        case _ if value is None:
            return "–"
        case "outcome":
            return state(value)
        case _:
            return number(Decimal(value))


def reasons(erratum: Erratum) -> Iterator[str]:
    """Each cause in a few words: what it was, of which item, with which amount, and the reason that somebody gave."""
    for cause in erratum.causes:
        yield _reason(cause)


def _reason(cause: Cause) -> str:
    parts = [f"{day(cause.recorded_at.date())} {_event(cause)}"]
    if cause.item_title:
        parts.append(f"《{cause.item_title}》" if language() == "zh" else f'"{cause.item_title}"')
    if cause.amount is not None:
        parts.append(f"+{number(cause.amount)}" if cause.amount > 0 else number(cause.amount))
    if cause.reason:
        parts.append(f"（{cause.reason}）" if language() == "zh" else f"({cause.reason})")
    return " ".join(parts)


def _event(cause: Cause) -> str:
    """What the event is called; one that has no name of its own goes by its kind."""
    name = f"cause.{cause.cause.split('.')[-2]}" if cause.cause.count(".") > 1 else ""
    known = words(language())
    if cause.kind == "entry" and name in known:
        return known[name]
    return translate(f"bulletin.cause.{cause.kind}", version=cause.scheme_version)
