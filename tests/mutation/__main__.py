"""``python -m tests.mutation [FOLDER …]``: change every number of the rulebooks, one at a time. Takes some minutes."""

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.mutation.folders import FOLDERS, Tally, try_folder


def whole(path: Path) -> tuple[str, Tally]:
    tally = Tally()
    for found in try_folder(path):
        tally = found
    return path.name, tally


def main() -> None:
    unknown = sorted(set(sys.argv[1:]) - {path.name for path in FOLDERS})
    if unknown:
        known = ", ".join(path.name for path in FOLDERS)
        print(f"there is no rulebook {', '.join(unknown)}; there is: {known}", file=sys.stderr)
        sys.exit(2)
    chosen = [path for path in FOLDERS if path.name in sys.argv[1:] or not sys.argv[1:]]
    survivors = 0
    with ProcessPoolExecutor(2) as workers:
        for name, tally in workers.map(whole, chosen):
            print(f"{name}: {tally.tried} numbers changed, {len(tally.survivors)} not noticed", flush=True)
            for survivor in tally.survivors:
                print(f"  {survivor}", flush=True)
            survivors += len(tally.survivors)
    sys.exit(1 if survivors else 0)


if __name__ == "__main__":
    main()
