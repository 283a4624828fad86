"""Alerts as the table keeps them: as the contract alert-events has them, in JSON."""

import msgspec

from services.notify.domain.subjects import AnyAlert
from shared.contracts.alert_events import Alert, JointAlert

_alerts = msgspec.json.Decoder(Alert)
_joint_alerts = msgspec.json.Decoder(JointAlert)


def decode_alert(subject: str, body: bytes) -> AnyAlert:
    """The alert from its row; ``subject`` is who owes what it is about."""
    return (_joint_alerts if subject in ("group", "organisation") else _alerts).decode(body)
