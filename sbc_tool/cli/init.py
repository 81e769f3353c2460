"""`sbc-tool init`"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sbc_tool.cli import options
from sbc_tool.cli.speech import tell
from sbc_tool.errors import InputError, SbcError
from sbc_tool.finding import Place

if TYPE_CHECKING:
    from sbc_tool.site.keys import Key
    from sbc_tool.world import World

_FIRST = ("teams.fqdn", "device.model", "network.lan.address")  # much of the rest follows from them
_File = Annotated[Path, typer.Argument(metavar="FILE", help="The site file: new, or one to go on with.")]
_Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="A key of the site file; may be repeated.", show_default=False),
]
_Users = Annotated[
    Path | None,
    typer.Option("--users", metavar="CSV", help="The users' file; so is `--set users=`.", show_default=False),
]


@options.choosing("no_input")
def command(
    choices: options.Choices,
    file: _File = Path("site.yaml"),
    pairs: _Set = None,
    users: _Users = None,
) -> None:
    """Write a site file, with every key explained; or fill in what one lacks, and keep what it says."""
    from sbc_tool.cli.outside import someone_there, world_of
    from sbc_tool.site import document

    world = world_of(choices)
    asking = not choices.no_input and (someone_there(choices) is not None or choices.given is not None)
    given = _given(pairs or [])
    if users is not None:
        given["users"] = _from_folder(users, file)
    there = document.read(file)[0] if file.exists() else {}
    dialogue = _Dialogue(file, world, dict(_flat(there)), given)
    dialogue.ask() if asking else dialogue.complete()
    dialogue.write()


def _given(pairs: list[str]) -> dict[str, str]:
    from sbc_tool.render.jinja import meant
    from sbc_tool.site.keys import keys

    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if name != "users" and name not in keys():
            raise InputError(
                f"--set {name}: no such key{meant(name, list(keys()))}", "`sbc-tool schema site` has them all"
            )
        if not equals or not value.strip():
            raise InputError(f"--set {name}: without a value", f"such as --set {name}=VALUE")
        found[name] = value.strip()
    return found


def _from_folder(users: Path, file: Path) -> str:
    """The path as it stands in the file: from the file's own folder, where that is possible."""
    try:
        return Path(os.path.relpath(users, file.parent)).as_posix()
    except ValueError:  # another drive of Windows
        return str(users.absolute())


def _flat(values: dict[str, Any], at: str = "") -> Any:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{at}{name}.")
        elif isinstance(value, list) and name != "users":
            yield f"{at}{name}", ", ".join(map(str, value))
        else:
            yield f"{at}{name}", "" if value is None else value


@dataclass
class _Dialogue:
    """What is known so far. `there`: by the file; `given`: by options and answers."""

    file: Path
    world: World
    there: dict[str, Any]
    given: dict[str, str]
    users: list[dict[str, str]] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.file.parent.absolute()

    @property
    def known(self) -> dict[str, Any]:
        return self.there | self.given

    def complete(self) -> None:
        """Without a question: what follows from the rest is taken, and what is still missing is an error."""
        from sbc_tool.site.keys import derived

        missing = self._missing()
        self.given |= {name: v for name, v in derived(self.known, self.folder).items() if name in missing}
        if not self.there:
            self.given.setdefault("device.password", derived(self.known, self.folder)["device.password"])
        if missing := [name for name in missing if name not in self.given]:
            hint = " ".join(f"--set {name}=…" for name in missing)
            raise InputError(f"{', '.join(missing)}: not known", f"pass {hint}", Place(str(self.file)))

    def _missing(self) -> list[str]:
        from sbc_tool.site.keys import keys, needs_lan_gateway

        wanted = [key.name for key in keys().values() if not key.optional]
        wanted += ["network.lan.gateway"] if needs_lan_gateway(self.known) else []
        return [name for name in (*wanted, "users") if not self.known.get(name)]

    def ask(self) -> None:
        """Key by key, with what is probably right as the answer to an empty line."""
        from sbc_tool.site.keys import derived, guessed, keys

        asked: set[str] = set()
        while missing := [name for name in self._missing() if name not in asked and name != "users"]:
            name = next((first for first in _FIRST if first in missing), missing[0])
            asked.add(name)
            near = guessed(self.known, self.folder) | derived(self.known, self.folder)
            self._one(keys()[name], near.get(name, ""))
        if not self.there:
            self._one(keys()["device.password"], derived(self.known, self.folder)["device.password"])
        if not self.known.get("users"):
            self._ask_users(derived(self.known, self.folder).get("users", ""))

    def _one(self, key: Key, near: str) -> None:
        if key.name in self.given:
            return
        while True:
            shown = f" [{near}]" if near else ""
            answer = self._answer(f"{key.meaning}\n{key.name}{shown}") or near
            problem = self._problem(key.name, answer) if answer else f"{key.name}: is needed"
            if not problem:
                self.given[key.name] = answer
                return
            tell(f"  {problem}")
            if near and answer == near:
                near = ""

    def _problem(self, name: str, answer: str) -> str:
        """What the model says of this one key, among all that is still missing."""
        from sbc_tool.site import document, scaffold
        from sbc_tool.site.load import check

        listed = self.there.get("users")
        users = listed if isinstance(listed, list) else self.users
        text = scaffold.new(self.known | {name: answer}, users)
        try:
            check(*document.parse(text.encode(), str(self.file)), self.folder)
        except SbcError as error:
            told = [one.what for one in (error, *error.more) if one.what.startswith(f"{name}: ")]
            return told[0] if told else ""
        return ""

    def _ask_users(self, near: str) -> None:
        shown = f" [{near}]" if near else ", or an empty line to type them in"
        path = self._answer(f"CSV file of the users, with external, internal, account, password{shown}") or near
        if path:
            self.given["users"] = path
            return
        while external := self._answer("Number in Teams, such as +497123222; empty when there is no more"):
            account = self._answer("Name of the telephone on the STARFACE, such as user.01")
            internal = self._answer("Internal number, such as 222")
            near = "env:STARFACE_" + "".join(c if c.isalnum() else "_" for c in account.upper())
            password = self._answer(f"Where its password is found [{near}]") or near
            self.users.append({"external": external, "internal": internal, "account": account, "password": password})

    def _answer(self, question: str) -> str:
        return self.world.ask(question, False).strip()

    def write(self) -> None:
        """Prove it, then write it; a file that is right already stays as it is."""
        from sbc_tool.cli.output import write_text

        if self.there and not self.given and not self.users:
            tell(f"{self.file}: nothing to add")
            self._prove(self.file.read_text(encoding="utf-8-sig"))
            return
        text = self._text()
        self.file.parent.mkdir(parents=True, exist_ok=True)  # paths in it count from there
        self._prove(text)
        write_text(self.file, text)
        self._schema()
        tell(f"{self.file}: written; next: sbc-tool lint {self.file}")

    def _text(self) -> str:
        from sbc_tool.site import scaffold

        if not self.there:
            return scaffold.new(self.given, self.users)
        return scaffold.changed(self.file.read_text(encoding="utf-8-sig"), self.given, self.users)

    def _prove(self, text: str) -> None:
        """It loads and renders; else InputError, and nothing is written."""
        from sbc_tool.render import render
        from sbc_tool.site import document
        from sbc_tool.site.load import check

        render(check(*document.parse(text.encode(), str(self.file)), self.folder))

    def _schema(self) -> None:
        """Beside the site file, where the first line of it tells an editor to look."""
        import json

        from sbc_tool.cli.output import write_text
        from sbc_tool.site.model import site_schema
        from sbc_tool.site.scaffold import SCHEMA

        write_text(self.file.parent / SCHEMA, json.dumps(site_schema(), ensure_ascii=False, indent=2) + "\n")
