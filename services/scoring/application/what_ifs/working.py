"""Working out one what-if: read what is recorded, score it as it is and as it would be, and compare."""

import threading
from collections.abc import Generator, Sequence
from dataclasses import replace

from services.scoring.application.ports import StoreAway
from services.scoring.application.rehearsal.playing.rehearsal import Rehearsal
from services.scoring.application.rehearsal.playing.replay import Progress, replay
from services.scoring.application.what_ifs.differences import differences
from services.scoring.application.what_ifs.pace import Pace, Stopping, Unwanted, part
from services.scoring.application.what_ifs.ports import (
    Lag,
    Publication,
    Published,
    Recorded,
    Step,
    Streams,
    Unanswerable,
    WhatIfs,
)
from services.scoring.application.what_ifs.questions import CHANGES_MAX, Backdating, Question, WhatIf
from services.scoring.application.what_ifs.recorded import recorded
from services.scoring.domain.cards.needs import TooLarge
from services.scoring.domain.errors import CannotFold
from shared.calendars import UnknownYear
from shared.contracts.department_events import SchemeBackdated
from shared.messaging import MessagingError
from shared.operations import logging
from shared.schemes import SchemeMistakes, read_scheme
from shared.schemes.model import Scheme

ASK_EVERY_S = 1.0
AWAY_S = 5.0
READING, BEFORE, AFTER = (0.0, 0.3), (0.3, 0.55), (0.55, 0.8)
COMPARING = (0.8, 1.0)
"""Which part of the whole each takes, about."""

log = logging.get(__name__)


class Worker:
    """Works on one what-if after the other. For one thread."""

    def __init__(self, what_ifs: WhatIfs, recorded: Recorded, published: Published, lag: Lag) -> None:
        self._what_ifs = what_ifs
        self._recorded = recorded
        self._published = published
        self._lag = lag

    def run(self, stop: threading.Event) -> None:
        """Until ``stop`` is set; what is under way then is begun anew by the next worker."""
        while not stop.is_set():
            try:
                claimed = self._what_ifs.claim()
                if claimed is None:
                    stop.wait(ASK_EVERY_S)
                else:
                    self._work(claimed, stop)
            except (StoreAway, MessagingError) as away:
                log.warning("what_if.waits", reason=str(away))
                stop.wait(AWAY_S)

    def _work(self, claimed: WhatIf, stop: threading.Event) -> None:
        log.info("what_if.began", id=str(claimed.id), organisation=claimed.question.organisation)
        try:
            self._answer(claimed, Pace(self._what_ifs, claimed.id, self._lag, stop).step)
        except Unwanted:
            log.info("what_if.cancelled", id=str(claimed.id))
        except Stopping:
            self._what_ifs.release(claimed.id)
        except (Unanswerable, CannotFold, UnknownYear, TooLarge, SchemeMistakes) as reason:
            self._what_ifs.fail(claimed.id, str(reason))
        except MessagingError:
            self._what_ifs.release(claimed.id)
            raise
        except StoreAway:
            raise  # its silence tells the next worker to begin anew
        except Exception as mistake:  # whatever it is, it is this question's alone: the next one is worked on
            log.exception("what_if.broke", id=str(claimed.id))
            self._what_ifs.fail(claimed.id, f"the program made a mistake: {type(mistake).__name__}")

    def _answer(self, claimed: WhatIf, step: Step) -> None:
        question = claimed.question
        published = self._published(question.organisation, question.about.scheme)
        if published is None:
            raise Unanswerable(f'no version of "{question.about.scheme}" is published')
        with self._recorded.streams(question.organisation, part(step, *READING)) as streams:
            as_it_is = recorded(question.organisation, streams, *published)
            before, _ = _followed(as_it_is, part(step, *BEFORE))
            after, left_out = _followed(_as_it_would_be(question, streams, published), part(step, *AFTER))
        kept, complete = self._compare(claimed, before, after, part(step, *COMPARING))
        self._what_ifs.finish(claimed.id, changes=kept, complete=complete, left_out=left_out)

    def _compare(self, claimed: WhatIf, before: Rehearsal, after: Rehearsal, step: Step) -> tuple[int, bool]:
        """Store the differences; how many, and whether that is all of them."""
        kept = 0
        for compared in differences(before, after, claimed.question.first, claimed.question.last):
            step(compared.done / compared.of)
            room = CHANGES_MAX - kept
            if compared.changes:
                self._what_ifs.add(claimed.id, compared.changes[:room], kept)
                kept += min(len(compared.changes), room)
            if len(compared.changes) > room:
                return kept, False
        return kept, True


def in_place_of(versions: Sequence[Scheme], draft: Scheme) -> Scheme:
    """The draft as if it had been the scheme's only version from the first day on."""
    return replace(draft, effective_from=min(version.effective_from for version in versions))


def _as_it_would_be(
    question: Question, streams: Streams, published: Publication
) -> Generator[Progress, None, Rehearsal]:
    about = question.about
    if isinstance(about, Backdating):
        then = SchemeBackdated(about.scheme, about.version, about.from_on, question.title)
        return recorded(question.organisation, streams, *published, then)
    draft = in_place_of(published.versions, read_scheme(about.text))
    return replay(question.organisation, streams, draft, None, published.zone)


def _followed(steps: Generator[Progress, None, Rehearsal], step: Step) -> tuple[Rehearsal, int]:
    """Run to the end; the result, and how much was left out."""
    left_out = 0
    while True:
        try:
            progress = next(steps)
        except StopIteration as ended:
            return ended.value, left_out
        left_out = progress.left_out
        step(progress.departments / max(progress.of, 1))
