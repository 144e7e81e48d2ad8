"""The rules of docs/architecture.md that import-linter cannot check."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
CATALOG = ROOT / "catalog"
# Django loads commands, migrations and template tags by the names of their files.
ROOMS = {folder.name for folder in CATALOG.iterdir() if (folder / "__init__.py").is_file()} - {
    "migrations",
    "templatetags",
}
DOORS = {"pages", "api", "admin"}
WIRING = {"__init__.py", "apps.py", "checks.py"}
NAMES_THAT_SAY_NOTHING = {
    "utils", "util", "helpers", "helper", "common", "misc", "services", "managers", "data", "info",
}  # fmt: skip


def sources() -> list[Path]:
    return [path for path in sorted(CATALOG.rglob("*.py")) if "migrations" not in path.parts]


def imports(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line, module and name of everything a file imports, at its head and inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, ""
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node.lineno, "." * node.level + (node.module or ""), alias.name


def where(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def room_of(path: Path) -> str:
    return path.relative_to(CATALOG).parts[0].removesuffix(".py")


def test_only_doors_hold_requests() -> None:
    """Rule 1."""
    found = [
        where(path, line)
        for path in sources()
        if room_of(path) not in DOORS and path.name not in {"views.py", "urls.py"}
        for line, module, name in imports(path)
        if name == "HttpRequest" or module.startswith(("django.http", "django.shortcuts"))
    ]
    assert not found, f"These files are no doors, yet import HTTP: {found}"


def test_models_know_no_urls_or_views() -> None:
    """Rule 4: what models import from Django is for storing."""
    found = [
        where(path, line)
        for path in sources()
        if room_of(path) in {"models", "values"}
        for line, module, _ in imports(path)
        if module.startswith(
            ("django.views", "django.urls", "django.template", "django.contrib.admin")
        )
    ]
    assert not found, f"Models import what doors use: {found}"


def test_a_room_is_entered_by_its_door() -> None:
    """Rule 5: from another room, only the names in a room's `__init__`."""
    found = []
    for path in sources():
        if path.relative_to(CATALOG).as_posix() in WIRING:
            continue
        for line, module, _ in imports(path):
            parts = module.split(".")
            inner = parts[0] == "catalog" and len(parts) > 2 and parts[1] in ROOMS
            if inner and parts[1] != room_of(path) and parts[1] != "iiif":
                found.append(f"{where(path, line)} imports {module}")
    assert not found, "Import the name from the room itself:\n" + "\n".join(found)


def test_files_are_named_by_what_they_hold() -> None:
    """Rule 7."""
    named = [p for p in sources() if NAMES_THAT_SAY_NOTHING & {p.stem, p.parent.name}]
    assert not named


def test_files_stay_short_enough_to_read() -> None:
    """Rule 7: at about 400 lines, look for the second noun; 450 is this test's limit."""
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 450
    }
    assert not long


def test_the_map_of_the_house_imports_nothing() -> None:
    assert not list(imports(CATALOG / "__init__.py"))
