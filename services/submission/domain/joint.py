"""Joint items: each event of theirs stands in the stream of every department that contributed."""

from uuid import UUID

from shared.contracts.identifiers import derived_id


def id_in(event: UUID, department: str, departments: tuple[str, ...]) -> UUID:
    """The event's id in the stream of one of the item's departments. In the first one's it is the event's own."""
    return event if department == departments[0] else derived_id(str(event), department)
