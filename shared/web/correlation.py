"""Which request an event, a log line or a webhook goes back to.

``X-Correlation-Id`` is taken from the caller or made; it stands on every event that the request causes. A W3C
``traceparent`` is understood: without a correlation id of its own the request takes its trace id, and the answer
carries a ``traceparent`` of the same trace.
"""

import os
import re
from collections.abc import Mapping
from typing import Any

from shared.contracts.identifiers import new_id

CORRELATION_HEADER = "X-Correlation-Id"
TRACEPARENT_HEADER = "traceparent"

_CORRELATION = re.compile(r"[A-Za-z0-9._:/@+=-]{1,100}", re.ASCII)
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?", re.ASCII
)


def correlation_of(environ: Mapping[str, Any]) -> tuple[str, str | None]:
    """The correlation id of a request, by its WSGI environment; and the traceparent of the answer, if one was sent.

    Ids that are too long or hold odd characters are replaced, not refused: they are a courtesy.
    """
    given = environ.get("HTTP_X_CORRELATION_ID")
    traceparent = environ.get("HTTP_TRACEPARENT")
    trace = _TRACEPARENT.fullmatch(traceparent) if traceparent else None
    if given is None or _CORRELATION.fullmatch(given) is None:
        given = str(trace[1]) if trace else str(new_id())
    return given, (f"00-{trace[1]}-{os.urandom(8).hex()}-{trace[2]}" if trace else None)
