"""``POST …/imports``: the past of departments that are not live yet, as lines of JSON, with an answer for each line.

The lines are carried out while they arrive, some hundreds at a time; the answers wait in a file until the last has
been read, since many clients read nothing while they send. After a break the same lines may be sent again.
"""

import io
import tempfile
from collections import Counter
from collections.abc import Iterator
from typing import IO, Any, cast

from flask import Response, request

from services.submission.application.import_history import IMPORT_BATCH_LINES, Result, import_lines
from services.submission.application.ports import Asker
from services.submission.bootstrap import Submission
from services.submission.domain.imports import Line
from services.submission.domain.refusals import Refused
from services.submission.http.asking import asker, submission
from services.submission.http.import_lines import LINE_BYTES_MAX, key_of, read_line
from shared.directory.entities import Principal
from shared.web import json
from shared.web.auth import OPERATORS, require_member
from shared.web.blueprint import Blueprint
from shared.web.problems import Problem, document, problem_of, problem_type

BODY_BYTES_MAX = 512 * 1024 * 1024
LINES_MAX = 100_000
MEDIA_TYPE = "application/x-ndjson"
_MEDIA_TYPES = (MEDIA_TYPE, "application/jsonl", "application/ndjson")
_IN_MEMORY_BYTES_MAX = 1024 * 1024
_PIECE_BYTES = 64 * 1024

_LINE_OF_TEXT = {"schema": {"type": "string", "description": "One JSON object a line."}}

problem_type("line-too-long", 413, "The line is too long", "Say it in at most 65,536 bytes.")
problem_type("too-many-lines", 413, "There are too many lines", "Send the lines from this one on in another request.")

blueprint = Blueprint("imports", __name__, url_prefix="/v1/organisations/<name:organisation>")


@blueprint.route("/imports", methods=["POST"])
@blueprint.limit_body(BODY_BYTES_MAX)
@blueprint.doc(requestBody={"required": True, "content": {MEDIA_TYPE: _LINE_OF_TEXT}})  # type: ignore[untyped-decorator]
@blueprint.response(200, description="One answer a line, and a summary.", content_type=MEDIA_TYPE)
def import_past(organisation: str) -> Any:
    """Import dated commands: each line is imported, or was already, or is refused; the last line is the summary."""
    principal = require_member(OPERATORS, organisation)
    if request.mimetype not in _MEDIA_TYPES:
        raise Problem("unsupported-media-type", f"Send the lines as {MEDIA_TYPE}.")
    answers = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES_MAX)  # noqa: SIM115  (closed with the response)
    try:
        _carry_out(Import(submission(), organisation, principal), answers)
    except BaseException:
        answers.close()
        raise
    answers.seek(0)
    response = Response(_pieces(answers), 200, content_type=MEDIA_TYPE)
    response.call_on_close(answers.close)
    return response


class Import:
    """One request's lines on their way: counted, gathered into batches, answered."""

    def __init__(self, wired: Submission, organisation: str, principal: Principal) -> None:
        self._wired = wired
        self._organisation = organisation
        self._only = principal.department
        self._asker: Asker = asker(principal)
        self._waiting: list[tuple[int, str | None, Line | Problem]] = []
        self.counts: Counter[str] = Counter()

    def take(self, number: int, text: bytes) -> Iterator[dict[str, Any]]:
        """Answers that have become ready with this line."""
        self._waiting.append(self._read(number, text))
        if len(self._waiting) >= IMPORT_BATCH_LINES:
            yield from self.carry_out()

    def carry_out(self) -> Iterator[dict[str, Any]]:
        """Carry out what waits, in one transaction, durable before the first answer."""
        waiting, self._waiting = self._waiting, []
        good = [line for _, _, line in waiting if isinstance(line, Line)]
        if good:
            with self._wired.transactions.begin() as transaction:
                done = iter(import_lines(self._wired.ports, transaction, self._organisation, good, self._asker))
        else:
            done = iter(())
        for number, key, line in waiting:
            yield self._answer(number, key, next(done) if isinstance(line, Line) else line)

    def refuse(self, number: int, problem: Problem) -> dict[str, Any]:
        return self._answer(number, None, problem)

    def _read(self, number: int, text: bytes) -> tuple[int, str | None, Line | Problem]:
        if len(text) > LINE_BYTES_MAX:
            return number, None, Problem("line-too-long", f"The line has more than {LINE_BYTES_MAX} bytes.")
        try:
            line = read_line(self._organisation, text)
        except Problem as problem:
            return number, key_of(text), problem
        if self._only is not None and set(line.departments) != {self._only}:
            return number, line.key, Problem("forbidden", "The token is for another department.")
        return number, line.key, line

    def _answer(self, number: int, key: str | None, result: Result | Refused | Problem) -> dict[str, Any]:
        if isinstance(result, Result):
            self.counts[result.status] += 1
            return {"line": number, "key": key, "status": result.status, "item": result.item}
        self.counts["refused"] += 1
        problem = problem_of(result)
        if problem is None:
            raise TypeError(f"{type(result).__name__} is no registered problem")
        return {"line": number, "key": key, "status": "refused", "problem": document(problem)}


def _carry_out(importing: Import, answers: IO[bytes]) -> None:
    lines = 0
    with io.BufferedReader(cast(io.RawIOBase, request.stream), _PIECE_BYTES) as body:
        for number, text in _lines(body):
            if lines == LINES_MAX:
                _write(answers, importing.carry_out())
                refused = Problem("too-many-lines", f"A request may have {LINES_MAX} lines.")
                _write(answers, iter([importing.refuse(number, refused)]))
                while body.read(_PIECE_BYTES):
                    pass  # a client that is still sending reads no answer
                break
            lines += 1
            _write(answers, importing.take(number, text))
    _write(answers, importing.carry_out())
    counts = importing.counts
    summary = {
        "summary": True,
        "lines": lines,
        "imported": counts["imported"],
        "already_imported": counts["already_imported"],
        "refused": counts["refused"],
    }
    _write(answers, iter([summary]))


def _lines(body: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines that are not empty, with their numbers; of a line that is too long only its beginning."""
    number = 0
    while text := body.readline(LINE_BYTES_MAX + 2):
        number += 1
        rest = text
        while not rest.endswith(b"\n") and (rest := body.readline(_PIECE_BYTES)):
            pass
        if stripped := text.rstrip(b"\r\n"):
            yield number, stripped


def _write(answers: IO[bytes], documents: Iterator[dict[str, Any]]) -> None:
    for each in documents:
        answers.write(json.encode(each) + b"\n")


def _pieces(answers: IO[bytes]) -> Iterator[bytes]:
    while piece := answers.read(_PIECE_BYTES):
        yield piece
