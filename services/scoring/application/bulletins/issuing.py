"""Making an issue: a period's figures and text are frozen under the next number, once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.scoring.application.bulletins import errata, figures
from services.scoring.application.bulletins.ports import AlreadyIssued, Issued, Issues, Look, Looks, Origin
from services.scoring.application.bulletins.subject_matter import SubjectMatter, check_ended, find, find_period
from services.scoring.application.reading.records import KnownPeriod
from services.scoring.domain.bulletins import Document, filled


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be issued."""

    organisation: str
    scheme: str | None
    """None: the first by name that has such a bulletin."""
    bulletin: str
    period: str
    text: str | None = None
    """Instead of the scheme's; may hold ``{period}``, ``{title}`` and ``{number}``."""
    automatic: bool = False


def issue(looks: Looks, issues: Issues, order: Order, origin: Origin) -> Issued:
    """Freeze the period's figures as they are known now. Issues of one organisation wait for one another.

    Raises StillRunning before the period has ended, AlreadyIssued, Misasked, NothingScored, TooLarge, StoreUnavailable.
    """
    now = issues.begin(order.organisation)
    with looks.look() as look:
        about = find(look, order.organisation, order.scheme, order.bulletin)
        known = find_period(look, about, order.period)
        progress = look.progress(about.question.scope, [known.period.id])[known.period.id]
        check_ended(about, known.period, progress)
        already = issues.of_period(about.organisation, about.scheme, about.bulletin, known.period.id)
        if already is not None:
            raise AlreadyIssued(already)
        behind = tuple(sorted(one.department for one in progress if not one.closed))
        before = issues.latest(about.organisation, about.scheme, about.bulletin, errata.ISSUES_COMPARED_MAX)
        document = _document(look, about, known, order, behind, before, now)
    return issues.put(document, origin)


def _document(
    look: Look,
    about: SubjectMatter,
    known: KnownPeriod,
    order: Order,
    behind: tuple[str, ...],
    before: Sequence[Document],
    now: datetime,
) -> Document:
    scheme, bulletin, period = about.version(look, known), about.described(look, known), known.period
    number = before[0].number + 1 if before else 1
    title = filled(bulletin.title or scheme.title, period=period.id, title=scheme.title, number=number)
    text = filled(bulletin.text if order.text is None else order.text, period=period.id, title=title, number=number)
    drawn = figures.draw_up(look, about, [known])[period.id]
    return Document(
        organisation=about.organisation,
        organisation_title=look.organisation_title(about.organisation),
        scheme=about.scheme,
        scheme_version=scheme.version,
        scheme_title=scheme.title,
        bulletin=about.bulletin,
        number=number,
        title=title,
        text=text,
        calendar=period.calendar,
        period=period.id,
        first=period.first,
        last=period.last,
        time_zone=scheme.time_zone.key,
        issued_at=now,
        automatic=order.automatic,
        figures=replace(drawn, rates=figures.rates(look, about, period)),
        errata=errata.since_told(look, about, before),
        folded=dict(look.folded(about.organisation)),
        behind=behind,
    )
