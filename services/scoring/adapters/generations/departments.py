"""Folding into the generation in the making: as into the live one, with nothing announced."""

from collections.abc import Iterable

from services.scoring.adapters.department_store import PostgresDepartments
from services.scoring.adapters.generations.tables import MAKING
from services.scoring.adapters.rows import Rows
from services.scoring.application.ports import Folded

SEES = f"-c search_path={MAKING} -c synchronous_commit=off"
"""Options of the connections that fold: they see no live table. A crash of the server may take their last batches away;
these come again, since it takes the positions with them."""


class UnannouncedDepartments(PostgresDepartments):
    """Writes everything but the announcements, and marks nothing for the judge: the live projection has done that."""

    def prepare(self, folded: Iterable[Folded]) -> Rows:
        rows = super().prepare(folded)
        rows.appends.clear()
        rows.marks.clear()
        return rows
