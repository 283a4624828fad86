"""Which scheme an item belongs to, and in which order versions may be published."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from services.submission.domain.refusals import (
    AmbiguousScheme,
    FieldMistake,
    SchemeMismatch,
    UnknownKind,
    UnknownQuota,
    UnknownScheme,
    VersionOutOfOrder,
    suggestion,
)
from shared.calendars import Campaign, start_instant
from shared.schemes.model import Kind, Scheme


def in_force(schemes: Iterable[Scheme], now: datetime) -> dict[str, Scheme]:
    """Of each scheme the version that holds now, each by its own zone; none of those that hold only later."""
    holding: dict[str, Scheme] = {}
    for scheme in schemes:
        if scheme.effective_from <= today_of(scheme, now):
            known = holding.get(scheme.name)
            if known is None or known.version < scheme.version:
                holding[scheme.name] = scheme
    return holding


@dataclass(frozen=True, slots=True)
class Closing:
    """An operator closed an open calendar of a scheme, in all its versions, with the day ``last_on``."""

    scheme: str
    calendar: str
    last_on: date


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All versions of all schemes of an organisation, with their calendars as they were closed since."""

    schemes: tuple[Scheme, ...] = ()
    edition: int = 0
    """How many versions were published and calendars closed: so a department's stream tells whether it knows all."""

    @classmethod
    def of(cls, published: Collection[Scheme], closings: Collection[Closing]) -> "Rulebook":
        schemes = [_closed(scheme, closings) for scheme in published]
        return cls(tuple(schemes), len(published) + len(closings))


def _closed(scheme: Scheme, closings: Collection[Closing]) -> Scheme:
    for closing in closings:
        if closing.scheme == scheme.name and is_open(scheme, closing.calendar):
            scheme = scheme.with_closed(closing.calendar, closing.last_on)
    return scheme


def is_open(scheme: Scheme, calendar: str) -> bool:
    """Whether the version has the calendar, and its end is not known."""
    known = scheme.calendars.get(calendar)
    return isinstance(known, Campaign) and known.last is None


def today_of(scheme: Scheme, now: datetime) -> date:
    """The day it is in the scheme's zone."""
    return now.astimezone(scheme.time_zone).date()


def day_of(scheme: Scheme, day: date) -> tuple[datetime, datetime]:
    """The instants at which the day begins, and the next one, in the scheme's zone."""
    return _day_in(day, scheme.time_zone)


@lru_cache(maxsize=1_000)
def _day_in(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return start_instant(day, zone), start_instant(day + timedelta(days=1), zone)


def version_of(schemes: Iterable[Scheme], name: str, version: int) -> Scheme | None:
    return next((each for each in schemes if (each.name, each.version) == (name, version)), None)


def choose_scheme(holding: dict[str, Scheme], kind: str, named: str | None) -> tuple[Scheme, Kind]:
    """The scheme that a new item belongs to. Raises UnknownScheme, UnknownKind or AmbiguousScheme."""
    searched = list(holding.values()) if named is None else [_named(holding, named)]
    candidates = [scheme for scheme in searched if kind in scheme.kinds]
    if not candidates:
        raise UnknownKind(FieldMistake("kind", _no_such_kind(kind, searched)))
    if len(candidates) > 1:
        raise _ambiguous(f"several schemes in force have the kind “{kind}”", (scheme.name for scheme in candidates))
    return candidates[0], candidates[0].kinds[kind]


def choose_named(holding: dict[str, Scheme], named: str | None) -> Scheme:
    """The scheme in force that is named, or the only one there is. Raises UnknownScheme or AmbiguousScheme."""
    if named is not None:
        return _named(holding, named)
    if not holding:
        raise UnknownScheme(FieldMistake("scheme", "no scheme is in force yet"))
    if len(holding) > 1:
        raise _ambiguous("several schemes are in force", holding)
    return next(iter(holding.values()))


def latest_with_quota(schemes: Collection[Scheme], quota: str, named: str | None) -> Scheme:
    """The latest version that has the quota, of the one scheme that has, or had, it.

    Raises UnknownScheme, UnknownQuota or AmbiguousScheme.
    """
    searched = [scheme for scheme in schemes if named in (None, scheme.name)]
    if named is not None and not searched:
        names = {scheme.name for scheme in schemes}
        raise UnknownScheme(FieldMistake("scheme", f"there is no scheme “{named}”{suggestion(named, names)}"))
    found = [scheme for scheme in searched if quota in scheme.quotas]
    if not found:
        quotas = {name for scheme in searched for name in scheme.quotas}
        raise UnknownQuota(FieldMistake("quota", f"there is no quota “{quota}”{suggestion(quota, quotas)}"))
    if len({scheme.name for scheme in found}) > 1:
        raise _ambiguous(f"several schemes have the quota “{quota}”", {scheme.name for scheme in found})
    return max(found, key=lambda scheme: scheme.version)


def _named(holding: dict[str, Scheme], named: str) -> Scheme:
    scheme = holding.get(named)
    if scheme is None:
        raise UnknownScheme(FieldMistake("scheme", f"no scheme “{named}” is in force{suggestion(named, holding)}"))
    return scheme


def _ambiguous(why: str, choices: Iterable[str]) -> AmbiguousScheme:
    return AmbiguousScheme(FieldMistake("scheme", f"must be named: {why}: {', '.join(sorted(choices))}"))


def _no_such_kind(kind: str, searched: Collection[Scheme]) -> str:
    if not searched:
        return f"no scheme is in force yet that could have the kind “{kind}”"
    kinds = {name for scheme in searched for name in scheme.kinds}
    return f"no scheme in force has the kind “{kind}”{suggestion(kind, kinds)}"


def check_address(name: str, version: int, new: Scheme) -> None:
    """Whether the text is of the scheme and version that its address names. Raises SchemeMismatch."""
    if new.name != name:
        raise SchemeMismatch(FieldMistake("scheme", f"the text says “{new.name}”, the address “{name}”"))
    if new.version != version:
        raise SchemeMismatch(FieldMistake("version", f"the text says {new.version}, the address {version}"))


def check_succession(new: Scheme, published: Iterable[Scheme]) -> None:
    """Whether ``new`` may follow what is published already. Raises VersionOutOfOrder."""
    before = max((each for each in published if each.name == new.name), key=lambda each: each.version, default=None)
    following = 1 if before is None else before.version + 1
    if new.version != following:
        detail = f"the next version of “{new.name}” is {following}, not {new.version}"
        raise VersionOutOfOrder(FieldMistake("version", detail))
    if before is not None and new.effective_from <= before.effective_from:
        detail = f"must be after {before.effective_from}, from which version {before.version} holds"
        raise VersionOutOfOrder(FieldMistake("effective.from", detail))
