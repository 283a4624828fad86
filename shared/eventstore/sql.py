"""Named SQL from files: each ``-- name: fetch_one`` line begins a query that ends where the next one begins."""

import re
from importlib.resources import files

_NAME = re.compile(r"^-- name: (?P<name>[a-z][a-z0-9_]*)$", re.MULTILINE)


class Queries:
    """The queries of one file, each an attribute. A name that the file does not have is an AttributeError."""

    def __init__(self, source: str, queries: dict[str, str]) -> None:
        self._source = source
        self._queries = queries

    def __getattr__(self, name: str) -> str:
        try:
            return self._queries[name]
        except KeyError:
            raise AttributeError(f"{self._source} has no query named {name}") from None

    def __dir__(self) -> list[str]:
        return sorted(self._queries)


def load(package: str, file: str = "queries.sql") -> Queries:
    """Read the named queries of a file beside the modules of ``package``; call it once, when a module is imported.

    Raises ValueError when a name is used twice or SQL stands before the first name.
    """
    source = f"{package}/{file}"
    parts = _NAME.split(files(package).joinpath(file).read_text("utf-8"))
    before, names, bodies = parts[0], parts[1::2], parts[2::2]
    if any(line.strip() and not line.startswith("--") for line in before.splitlines()):
        raise ValueError(f"{source}: SQL before the first '-- name:' line")
    if len(set(names)) != len(names):
        raise ValueError(f"{source}: a query name is used twice")
    return Queries(source, {name: body.strip().rstrip(";") for name, body in zip(names, bodies, strict=True)})
