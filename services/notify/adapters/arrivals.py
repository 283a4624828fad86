"""Records of scoring-events as the fold takes them."""

from services.notify.domain.positions import Arrival, Whereabouts
from shared.contracts.envelope import Undecodable, decode
from shared.messaging import Record


def arrival(record: Record) -> Arrival:
    """Never raises: what cannot be read parks its stream, which the record's key names."""
    whereabouts = Whereabouts(record.partition, record.offset)
    try:
        event = decode(record.value)
    except Undecodable as mistake:
        version = None if mistake.envelope is None else mistake.envelope.version
        return Arrival(record.key, version, None, mistake.reason, whereabouts)
    return Arrival(event.stream, event.version, event, "", whereabouts)
