"""What an OpenSSH client configuration says of a host, as `ssh -G` would: ssh_config(5), the first value obtained wins.

Ours, because paramiko's reader knows no Include, takes every Match criterion that it doesn't know for true, and runs
`Match exec` on our standard input.
"""

from __future__ import annotations

import getpass
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from sbc_tool.errors import InputError

_LINE = re.compile(r"\s*(?P<key>\w+)(?:\s*=\s*|\s+)(?P<value>.+?)\s*")
_WORD = re.compile(r"\"((?:\\\"|[^\"])*)\"|'([^']*)'|(\S+)")
_DEEPEST = 16
_HINT = "pass another file as --ssh-config"


class Entry:
    """The values of one host, by keyword in lower case; only IdentityFile has several."""

    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        self._values = values

    def first(self, key: str, default: str = "") -> str:
        return self._values.get(key, (default,))[0]

    def each(self, key: str) -> Sequence[str]:
        return self._values.get(key, ())


def lookup(path: Path | None, host: str, user: str = "", port: int = 0) -> Entry:
    """`user` and `port`: what is known before the file is read, as from a command line.

    InputError for a file that can't be read, or a Match criterion that can't be judged here.
    """
    known = {"user": [user] if user else [], "port": [str(port)] if port else []}
    reader = _Reader(host, {key: value for key, value in known.items() if value})
    if path:
        reader.read(path)
        if reader.asks_for_final:
            reader.begin_final()
            reader.read(path)
    return reader.entry()


class _Reader:
    def __init__(self, host: str, values: dict[str, list[str]]) -> None:
        self._host = host
        self._values = values
        self.final = self.asks_for_final = False

    def begin_final(self) -> None:
        """Another reading adds what `Match final` holds for; the name of the host is settled by then."""
        self.final = True
        self._values["hostname"] = [self._expanded("%h")]

    def read(self, path: Path, depth: int = 0) -> None:
        """An included file is read only where its Include holds, so that its own blocks hold only there."""
        if depth > _DEEPEST:
            raise InputError(f"{path}: files include each other in a circle", _HINT)
        holds = True
        for key, words, whole in _lines(path):
            if key == "host":
                holds = _fits(self._host.lower(), ",".join(words).lower())
            elif key == "match":
                holds = self._matches(iter(words), path)
            elif key == "include" and holds:
                for file in (file for name in words for file in _named(name)):
                    self.read(file, depth + 1)
            elif holds and key == "identityfile":
                listed = self._values.setdefault(key, [])
                listed += [words[0]] if words[0] not in listed else []
            elif holds:
                self._values.setdefault(key, [whole if key == "proxycommand" else words[0]])

    def _matches(self, words: Iterator[str], path: Path) -> bool:
        """All criteria of a line; what stands behind one that fails is not looked at."""
        judges: dict[str, Callable[[str], bool]] = {
            "host": lambda pattern: _fits(self._expanded("%h").lower(), pattern.lower()),
            "originalhost": lambda pattern: _fits(self._host.lower(), pattern.lower()),
            "user": lambda pattern: _fits(self._expanded("%r"), pattern),
            "localuser": lambda pattern: _fits(getpass.getuser(), pattern),
            "exec": lambda command: _succeeds(self._expanded(command)),
        }
        for word in words:
            name, equals, pattern = word.partition("=")
            kind = name.lower().removeprefix("!")
            if kind == "final":
                self.asks_for_final = True
            if kind in ("all", "canonical", "final"):
                holds = kind == "all" or (kind == "final" and self.final)
            elif kind in judges:
                holds = judges[kind](pattern if equals else next(words, ""))
            else:
                raise InputError(f"{path}: `Match {name}` can't be judged from here", _HINT)
            if holds == name.startswith("!"):
                return False
        return True

    def entry(self) -> Entry:
        expanded = {
            key: [self._expanded(value) for value in values] if key in ("identityfile", "proxyjump") else values
            for key, values in self._values.items()
        }
        return Entry({**expanded, "hostname": [self._expanded("%h")]})

    def _expanded(self, text: str) -> str:
        """The tokens of ssh_config(5) that have a value here; others stay as they are."""
        name = self._values.get("hostname", ["%h"])[0]
        tokens = {
            "%%": "%",
            "%d": str(Path.home()),
            "%h": name.replace("%h", self._host).replace("%%", "%"),
            "%n": self._host,
            "%p": self._values.get("port", ["22"])[0],
            "%r": self._values.get("user", [getpass.getuser()])[0],
            "%u": getpass.getuser(),
        }
        return re.sub("%.", lambda found: tokens.get(found[0], found[0]), text)


def _lines(path: Path) -> Iterator[tuple[str, list[str], str]]:
    """Keyword, words, and the words as they were written, of every line that says something."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: {(error.strerror or str(error)).lower()}", "see --ssh-config") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: {error}", _HINT) from None
    for number, line in enumerate(text.splitlines(), 1):
        found = _LINE.fullmatch(line)
        words = _words(found["value"]) if found else []
        if found and words:
            yield found["key"].lower(), words, found["value"]
        elif line.strip() and not line.lstrip().startswith("#"):
            raise InputError(f"{path}: line {number} can't be read", _HINT)


def _words(value: str) -> list[str]:
    """Up to a comment; none where a quotation does not end."""
    words = []
    for found in _WORD.finditer(value):
        if found[3] and found[3].startswith("#"):
            break
        if found[3] and found[3][0] in "\"'":
            return []
        words.append(next(group for group in found.groups() if group is not None).replace('\\"', '"'))
    return words


def _named(name: str) -> list[Path]:
    """The files that a pattern names, in order; none is no error. What is not absolute lies in ~/.ssh."""
    whole = Path.home() / ".ssh" / Path(name).expanduser()
    return sorted(path for path in Path(whole.anchor).glob(str(whole.relative_to(whole.anchor))) if path.is_file())


def _fits(subject: str, patterns: str) -> bool:
    """Whether one of the patterns fits, and none that is negated."""
    fits = False
    for pattern in patterns.split(","):
        bare = re.escape(pattern.removeprefix("!")).replace(r"\*", ".*").replace(r"\?", ".")
        if re.fullmatch(bare, subject):
            if pattern.startswith("!"):
                return False
            fits = True
    return fits


def _succeeds(command: str) -> bool:
    """What a `Match exec` of the user's own file says, as OpenSSH runs it: by a shell."""
    quiet = subprocess.DEVNULL
    return subprocess.run(command, shell=True, stdin=quiet, stdout=quiet, check=False).returncode == 0  # noqa: S602
