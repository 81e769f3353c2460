"""Imports go one way, the core knows no outside, and everything imported is declared: read from the code with `ast`."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import sbc_tool

PACKAGE = Path(sbc_tool.__file__).parent
PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# From the inside out: a room imports from its own layer and from those before it.
LAYERS = (
    ("__init__", "finding", "language"),
    ("errors", "check", "fluxpunkt", "ipv4", "sip"),
    ("site", "teams", "trinity", "clock", "world"),
    ("render", "capacity", "tls"),
    ("lint", "preflight", "diagnose", "waivers", "templating"),
    ("catalogue", "deploy", "facts", "lab", "report"),
    ("cli",),
    ("__main__",),
)
RANK = {room: rank for rank, rooms in enumerate(LAYERS) for room in rooms}
OUTWARDS = {("preflight", "facts")}  # fact types live beside their probes (README, Design)

CORE = {
    "capacity", "check", "clock", "diagnose", "errors", "finding", "fluxpunkt", "ipv4", "language", "lint", "preflight",
    "render", "sip", "site", "teams", "templating", "trinity", "waivers",
}  # fmt: skip
OUTSIDE = {"socket", "ssl", "dns", "netmiko", "paramiko", "rich", "typer"}
LIBRARIES_OF = {  # who may import it, within the function that needs it or not
    "netmiko": {"deploy"},
    "paramiko": {"deploy", "lab"},
    "dns": {"facts", "lab"},
    "rich": {"cli", "report"},
    "typer": {"cli"},
    "jinja2": {"render", "templating"},
    "pydantic": {"facts", "site"},
}
POSIX_ONLY = {
    "crypt", "curses", "fcntl", "grp", "nis", "ossaudiodev", "posix", "pty", "pwd", "readline", "resource", "spwd",
    "syslog", "termios", "tty",
}  # fmt: skip
SLOW = ("netmiko", "paramiko", "cryptography", "dns", "pydantic", "jinja2", "ruamel", "phonenumbers")


@dataclass(frozen=True)
class Import:
    file: Path
    line: int
    module: str
    top: bool  # runs when the file is imported

    @property
    def room(self) -> str:
        return room_of(self.file.relative_to(PACKAGE).with_suffix("").parts)

    @property
    def package(self) -> str:
        return self.module.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.file.relative_to(PACKAGE.parent)}:{self.line} imports {self.module}"


def room_of(parts: tuple[str, ...]) -> str:
    return parts[0]


@cache
def imports() -> tuple[Import, ...]:
    """All of the package, less those that only the type checker reads."""
    return tuple(found for file in sorted(PACKAGE.rglob("*.py")) for found in _imports_in(file))


def _imports_in(file: Path) -> Iterator[Import]:
    def walk(node: ast.AST, top: bool) -> Iterator[Import]:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for other in node.orelse:
                yield from walk(other, top)
            return
        for module in _modules(node):
            yield Import(file, node.lineno, module, top)  # type: ignore[attr-defined]
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from walk(child, top and not inside)

    return walk(ast.parse(file.read_text(encoding="utf-8")), True)


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert not node.level, "imports name the whole module"
        module = node.module or ""
        return [f"{module}.{alias.name}" for alias in node.names] if module == PACKAGE.name else [module]
    return []


def own() -> Iterator[tuple[Import, str]]:
    """Imports of our own rooms, with the room."""
    for found in imports():
        if found.package == PACKAGE.name:
            parts = tuple(found.module.split(".")[1:])
            yield found, room_of(parts) if parts[0] in RANK else "__init__"  # a name of the package itself


def test_the_reader_sees_imports() -> None:
    seen = {(found.room, found.module, found.top) for found in imports()}
    assert ("world", "socket", True) in seen
    assert ("facts", "sbc_tool.deploy.session", False) in seen
    assert ("cli", "sbc_tool.lint", True) not in seen
    assert not [found for found in imports() if found.package == "_typeshed"]


def test_every_room_has_its_layer() -> None:
    rooms = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert rooms - set(RANK) == set()


def test_imports_go_one_way() -> None:
    assert [str(found) for found, room in own() if _outwards(found, room)] == []


def _outwards(found: Import, room: str) -> bool:
    return RANK[room] > RANK[found.room] and (found.room, room) not in OUTWARDS


def test_the_exceptions_are_needed() -> None:
    assert {(found.room, room) for found, room in own() if RANK[room] > RANK[found.room]} == OUTWARDS


def test_rooms_import_nothing_in_a_circle_when_loaded() -> None:
    """Within a layer, too: of two rooms only one imports the other at module level."""
    pairs = {(found.room, room) for found, room in own() if found.top and found.room != room}
    assert {pair for pair in pairs if pair[::-1] in pairs} == set()


def test_the_lab_knows_nothing_of_what_it_is_there_to_test() -> None:
    """A twin that shares the code under test agrees with its mistakes."""
    rooms = {room for found, room in own() if found.room == "lab"}
    assert rooms & {"render", "deploy", "facts", "lint", "preflight", "report", "cli", "tls"} == set()


def test_the_core_knows_no_outside() -> None:
    assert {room for room in CORE if (PACKAGE / room).exists() or (PACKAGE / f"{room}.py").exists()} >= {"trinity"}
    assert [str(found) for found in imports() if found.room in CORE and found.package in OUTSIDE] == []
    assert [str(found) for found, room in own() if found.room in CORE and room == "world"] == []


@pytest.mark.parametrize("library", LIBRARIES_OF)
def test_a_library_stays_in_its_rooms(library: str) -> None:
    users = {found.room for found in imports() if found.package == library}
    assert users
    assert users <= LIBRARIES_OF[library]


def test_click_is_never_imported() -> None:
    assert [str(found) for found in imports() if found.package == "click"] == []


def test_no_posix_only_module_at_module_level() -> None:
    assert [str(found) for found in imports() if found.top and found.package in POSIX_ONLY] == []


def declared(requirements: list[str]) -> set[str]:
    names = [re.match(r"[A-Za-z0-9._-]+", requirement) for requirement in requirements]
    return {re.sub(r"[-_.]+", "-", name[0]).lower() for name in names if name}


def test_everything_imported_is_declared() -> None:
    distributions = packages_distributions()
    optional = PROJECT["optional-dependencies"]
    ours = declared([*PROJECT["dependencies"], *optional["keyring"], *optional["dask"], *optional["doh"]])
    undeclared = []
    for found in imports():
        if found.package in sys.stdlib_module_names or found.package == PACKAGE.name:
            continue
        names = {re.sub(r"[-_.]+", "-", name).lower() for name in distributions.get(found.package, [])}
        if not names & ours:
            undeclared.append(str(found))
    assert undeclared == []


def test_everything_declared_is_imported() -> None:
    distributions = packages_distributions()
    imported = {found.package for found in imports()}
    used = {re.sub(r"[-_.]+", "-", name).lower() for package in imported for name in distributions.get(package, [])}
    assert declared(PROJECT["dependencies"]) - used == {"tzdata"}, "zoneinfo's data, which nothing imports by name"


def test_every_dependency_has_a_lower_bound() -> None:
    everything = [
        *PROJECT["dependencies"],
        *(one for extra in PROJECT["optional-dependencies"].values() for one in extra),
    ]
    assert [one for one in everything if ">=" not in one] == []


def test_help_loads_nothing_slow() -> None:
    code = (
        "import sys; from sbc_tool.cli import main\n"
        "sys.argv = ['sbc-tool', '--help']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('loaded:', *{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    text, _, loaded = done.stdout.rpartition("loaded:")
    assert "preflight" in text
    assert "typer" in loaded.split()
    assert set(loaded.split()) & set(SLOW) == set()
