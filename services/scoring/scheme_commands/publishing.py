"""``tongbao scheme publish``: put a version into force."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import urllib3

from services.scoring.scheme_commands.differing import scheme_of
from services.scoring.scheme_commands.files import text_of
from shared.schemes.document import Mapping, Node, Scalar, compose
from shared.schemes.mistakes import LINE_END
from shared.schemes.reader import read_scheme

REQUEST_SECONDS_MAX = 60.0


@click.command("publish")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", required=True, help="Of the submission service, such as http://127.0.0.1:8101.")
@click.option("--organisation", required=True, help="Whose rulebook it is.")
@click.option(
    "--token", prompt=True, hide_input=True, help="Of an administrator. Left out, it is asked for and not shown."
)
@click.option(
    "--from",
    "from_on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Publish it as holding from this day on, whatever the file says.",
)
def publish(file: Path, url: str, organisation: str, token: str, from_on: datetime | None) -> None:
    """Publish the scheme in FILE as the version that it says it is. A version that is published never changes."""
    scheme = scheme_of(file)
    text = text_of(file)
    if from_on is not None:
        text = effective_from(text, from_on.date())
        scheme = read_scheme(text)
    address = (
        f"{url.rstrip('/')}/v1/organisations/{quote(organisation, safe='')}/schemes/{scheme.name}"
        f"/versions/{scheme.version}"
    )
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/yaml"}
    try:
        with urllib3.PoolManager(timeout=REQUEST_SECONDS_MAX, retries=False) as http:
            answer = http.request("PUT", address, body=text.encode(), headers=headers)
    except urllib3.exceptions.HTTPError as error:
        raise click.ClickException(f"{url} cannot be reached: {error}") from error
    if answer.status >= 300:
        raise click.ClickException(_refusal(answer.status, answer.data))
    done = "is published" if answer.status == 201 else "had been published already, with this very text"
    click.echo(f"{scheme.name} version {scheme.version} {done}; it holds from {scheme.effective_from} on")


def effective_from(text: str, day: date) -> str:
    """The text of a scheme without mistakes, with another day under ``effective: {from: …}``."""
    found = _scalar(compose(text, []), "effective", "from")
    assert found is not None, "a scheme without mistakes says from when it holds"
    assert found.column_within is not None, "and it says so in one line"
    line_starts = [0, *(end.end() for end in LINE_END.finditer(text))]
    start = line_starts[found.line - 1] + found.column_within - 1
    return text[:start] + day.isoformat() + text[start + len(found.value) :]


def _scalar(node: Node, *path: str) -> Scalar | None:
    for key in path:
        if not isinstance(node, Mapping) or key not in node.entries:
            return None
        node = node.entries[key][1]
    return node if isinstance(node, Scalar) else None


def _refusal(status: int, body: bytes) -> str:
    """The service's problem document in a few lines."""
    try:
        problem: Any = json.loads(body)
    except ValueError:
        return f"the service answered {status}"
    if not isinstance(problem, dict):
        return f"the service answered {status}"
    told = [f"the service answered {status}: {problem.get('title', '')} {problem.get('detail', '')}".rstrip()]
    errors = problem.get("errors")
    for error in errors if isinstance(errors, list) else []:
        if isinstance(error, dict):
            told.append(f"  {error.get('field', '')}: {error.get('detail', error.get('message', ''))}")
    return "\n".join(told)
