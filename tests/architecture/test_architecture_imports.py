import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOMAINS = sorted((ROOT / "services").glob("*/domain"))
ALLOWED_IN_A_DOMAIN = ("shared.contracts", "shared.calendars", "shared.schemes")


def test_the_import_rules_hold() -> None:
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda path: path.parent.name)
def test_a_domain_imports_only_the_standard_library_and_what_describes_the_rulebook(domain: Path) -> None:
    own = ".".join(domain.relative_to(ROOT).parts)
    foreign = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in sorted(domain.rglob("*.py"))
        for name in _imported(file)
        if name.split(".")[0] not in sys.stdlib_module_names
        and not any(name == room or name.startswith(room + ".") for room in (own, *ALLOWED_IN_A_DOMAIN))
    ]
    assert foreign == []


def _imported(file: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: a relative import"
            module = node.module or ""
            names += [f"{module}.{alias.name}" for alias in node.names]
    return names
