"""Processes that are over when a test is, whatever has become of it."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

WAIT_S_MAX = 20.0


@contextmanager
def ending(
    command: Sequence[str], env: Mapping[str, str], stdout: int, stderr: int | None = None
) -> Iterator["subprocess.Popen[str]"]:
    """A started process. One that still runs at the end is asked to stop, and killed when it does not."""
    with subprocess.Popen(command, env=env, stdout=stdout, stderr=stderr, text=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(WAIT_S_MAX)
                except subprocess.TimeoutExpired:
                    process.kill()
