"""The device: what it holds, who may log in, and what happens when it restarts."""

from __future__ import annotations

import hmac
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from sbc_tool.lab import invented
from sbc_tool.lab.configuration import Block, Configuration, Editor
from sbc_tool.lab.fetch import fetch
from sbc_tool.lab.store import Store, locate


class Rank(Enum):
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Nameplate:
    """What the device says of itself."""

    hostname: str  # an unnamed SmartNode shows its address (OX532)
    model: str
    serial: str = invented.SERIAL


class SmartNode:
    """Running-config, startup-config and files, shared by all sessions and safe between their threads.

    The hooks are for tests of failure: `refuse` is asked for every configuration line, and the text that it returns is
    printed as it is while the line is left out; `hang_up_after` drops the session, once, when so many more
    configuration lines have been taken; `hang_up_at` drops it, once, when this exec command has been carried out,
    before its answer; `overhear` is told every line that is typed, before it counts; `befall` is asked after every
    configuration line what becomes of the session; `garble` gets the bytes that arrive and gives those that are read,
    `mangle` those that are printed and gives those that leave. `forget` takes commands away. `ahead` is how far its
    clock is from the right time. `watchers` are called whenever configuration or files have changed.

    `timers`: the forms of a timed restart that it takes, of those in `invented`. No clock runs it: `time_is_up`.
    before its answer; `overhear` is told every line that is typed, before it counts; `forget` takes commands away.
    `fetches` are the schemes that it copies from, `takes` the ways it takes files in over SSH. `ahead` is how far its
    clock is from the right time. `watchers` are called whenever configuration or files have changed.
    """

    def __init__(self, startup: str, nameplate: Nameplate) -> None:
        self.lock = threading.RLock()
        self.nameplate = nameplate
        self.startup = startup
        self.store = Store(self.settle)
        self.running, _ = Configuration.read(startup)
        self.watchers: list[Callable[[], None]] = []
        self.refuse: Callable[[str], str | None] | None = None
        self.hang_up_after: int | None = None
        self.hang_up_at = ""
        self.overhear: Callable[[str], None] | None = None
        self.befall: Callable[[str], str] | None = None
        self.garble: Callable[[bytes], bytes] | None = None
        self.mangle: Callable[[bytes], bytes] | None = None
        self.shows_startup = True
        self.timers: frozenset[str] = frozenset()
        self._restart_in = ""
        self._label = self._labels().get(nameplate.hostname, "")
        self._named: tuple[Configuration, int, str] | None = None
        self.fetches: tuple[str, ...] = invented.FETCHES
        self.takes: tuple[str, ...] = ("sftp", "scp")
        self._fetching: list[threading.Thread] = []
        self.ahead = timedelta()
        self._settled: tuple[Configuration, int, int] | None = None
        self._unknown: frozenset[tuple[str, str]] = frozenset()
        self._lines = 0
        self._sessions = 0

    @property
    def lines_accepted(self) -> int:
        """Configuration lines taken since the lab began, restarts included."""
        return self._lines

    @property
    def sessions(self) -> int:
        """Command-line sessions opened since the lab began."""
        return self._sessions

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    @property
    def reachable(self) -> bool:
        """Whether the configuration lets SSH in at all."""
        with self.lock:
            server = self.running.root.line_of("ssh-server")
            return server is not None and server.enabled

    def admit(self, username: str, password: str) -> Rank | None:
        """By the methods of ssh-server's profile in turn: `local` decides if there are users, `none` lets all in."""
        with self.lock:
            users = [*self.running.root.lines("administrator"), *self.running.root.lines("operator")]
            for method in self._methods():
                if method == "none":
                    return Rank.ADMINISTRATOR
                if users:
                    return _rank(users, username, password)
        return None

    def _methods(self) -> list[str]:
        root = self.running.root
        server = root.line_of("ssh-server")
        use = server.line_of("use", "profile", "aaa") if server else None
        profile = root.line_of("profile", "aaa", use.value("profile")) if use else None
        methods = sorted(profile.lines("method"), key=lambda line: int(line.value("index"))) if profile else []
        return [line.value("method") for line in methods]

    @property
    def hostname(self) -> str:
        """An unnamed SmartNode shows its address (OX532): with another address it has another name."""
        with self.lock:
            if self._named is None or self._named[:2] != (self.running, self.running.revision):
                names = [address for address, label in self._labels().items() if label == self._label]
                self._named = (self.running, self.running.revision, (names or [self.nameplate.hostname])[0])
            return self._named[2]

    def _labels(self) -> dict[str, str]:
        """Its addresses, each with interface and label."""
        return {
            line.value("address").partition("/")[0]: f"{interface.line} {line.value('label')}"
            for context in self.running.root.lines("context", "ip")
            for interface in context.lines("interface")
            for line in interface.lines("ipaddress")
        }

    def set_timer(self, line: str) -> str | None:
        """What is printed for a line that times a restart; None where it is to be taken as any other line."""
        for form, (arm, call_off) in invented.TIMER.items():
            if re.fullmatch(arm, line) or line == call_off:
                if form not in self.timers:
                    return invented.UNKNOWN_COMMAND.format(line)
                if form == "timer":
                    return None  # it is a line of the configuration (WAZO)
                self._restart_in = "" if line == call_off else line
                return ""
        return None

    @property
    def armed(self) -> str:
        """The line that times a restart; empty without one."""
        timed = self.running.root.line_of("timer", "SBC_TOOL")
        return timed.line if timed else self._restart_in

    def time_is_up(self) -> None:
        """Restart if a timer is armed. Dropping sessions is the server's."""
        if self.armed:
            self.restart()

    def count_session(self) -> None:
        with self.lock:
            self._sessions += 1

    def configure(self, editor: Editor, line: str) -> tuple[str, bool]:
        """Type a configuration line: what is printed, and whether the session is to be dropped."""
        if self.overhear:
            self.overhear(line)
        with self.lock:
            refusal = self.refuse(line) if self.refuse else None
            error = editor.type_line(line) if refusal is None else refusal
            if error is not None:
                return error, False
            self._lines += 1
            if self.hang_up_after is None:
                return "", False
            self.hang_up_after -= 1
            if self.hang_up_after > 0:
                return "", False
            self.hang_up_after = None
            return "", True

    def hears(self, line: str) -> bool:
        """Tell of an exec command; whether the session is to be dropped after it."""
        if self.overhear:
            self.overhear(line)
        with self.lock:
            dropped = line == self.hang_up_at
            if dropped:
                self.hang_up_at = ""
            return dropped

    def copy(self, source: str, target: str) -> bool:
        """Between running-config, startup-config and config:NAME; whether there was something to copy."""
        with self.lock:
            text = {"running-config": self.running.printed(), "startup-config": self.startup}.get(source)
            if text is None:
                content = self.store.read(source)
                if content is None:
                    return False
                text = content.decode("utf-8", "replace")
            if target == "startup-config":
                self.startup = text
            else:
                self.store.write(target, text.encode())
            return True

    def fetch(self, url: str, target: str) -> bool:
        """Begin to copy a file from a server to `area:NAME`; whether that is something it does."""
        place = locate(target)
        if url.partition(":")[0] not in self.fetches or place is None or not place[1]:
            return False
        thread = threading.Thread(target=self._fetch, args=(url, "".join(place)), name="lab-fetch", daemon=True)
        self._fetching.append(thread)
        thread.start()
        return True

    def _fetch(self, url: str, name: str) -> None:
        content = fetch(url)
        if content is not None:
            self.store.write(name, content)

    def finish_fetching(self) -> None:
        for thread in self._fetching:
            thread.join()

    def forget(self, *commands: tuple[str, str]) -> None:
        """Be a device that doesn't have these commands, each named by mode and syntax, from its next start on."""
        self._unknown = frozenset(commands)
        self.restart()

    def restart(self) -> None:
        """Come back with the startup-config, less the lines that make no sense. Dropping sessions is the server's."""
        with self.lock:
            self.running, _ = Configuration.read(self.startup, self._unknown)
        self.settle()

    def settle(self) -> None:
        """Tell the watchers if anything has changed since they were last told."""
        with self.lock:
            state = (self.running, self.running.revision, self.store.revision)
            if state != self._settled:
                self._settled = state
                for watcher in self.watchers:
                    watcher()


def _rank(users: list[Block], username: str, password: str) -> Rank | None:
    for user in users:
        held = user.value("password").encode()
        if user.value("name") == username and hmac.compare_digest(held, password.encode()):
            return Rank(user.line.partition(" ")[0])
    return None
