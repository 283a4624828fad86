"""Which scheme an item belongs to, and in which order versions may be published."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from services.submission.domain.refusals import (
    AmbiguousScheme,
    FieldMistake,
    SchemeMismatch,
    UnknownKind,
    UnknownScheme,
    VersionOutOfOrder,
    suggestion,
)
from shared.calendars import start_instant
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
    if named is not None:
        scheme = holding.get(named)
        if scheme is None:
            raise UnknownScheme(FieldMistake("scheme", f"no scheme “{named}” is in force{suggestion(named, holding)}"))
        candidates = [scheme] if kind in scheme.kinds else []
    else:
        candidates = [scheme for scheme in holding.values() if kind in scheme.kinds]
    if not candidates:
        searched = [holding[named]] if named is not None else list(holding.values())
        raise UnknownKind(FieldMistake("kind", _no_such_kind(kind, searched)))
    if len(candidates) > 1:
        choices = ", ".join(sorted(scheme.name for scheme in candidates))
        detail = f"must be named: several schemes in force have the kind “{kind}”: {choices}"
        raise AmbiguousScheme(FieldMistake("scheme", detail))
    return candidates[0], candidates[0].kinds[kind]


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
