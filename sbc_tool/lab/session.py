"""One person's session on the device: exec commands, configuration mode, and the prompt in between."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum, auto
from typing import NamedTuple

from sbc_tool.lab import help, invented
from sbc_tool.lab.configuration import Editor
from sbc_tool.lab.smartnode import Rank, SmartNode


class Then(Enum):
    """What happens to the session after an answer."""

    STAY = auto()
    LOG_OUT = auto()
    HANG_UP = auto()  # the connection is gone, and this answer with it
    RESTART = auto()  # all connections are


class Answer(NamedTuple):
    text: str = ""  # lines, the last without its end
    then: Then = Then.STAY


Run = Callable[["Session", re.Match[str]], Answer]


class Session:
    """Takes whole lines; `prompt` is what the device waits with."""

    def __init__(self, device: SmartNode, rank: Rank) -> None:
        self.device = device
        self._rank = rank
        self._privileged = False
        self._editor: Editor | None = None
        self._asked = False

    @property
    def prompt(self) -> str:
        if self._asked:
            return invented.RELOAD_QUESTION
        name = self.device.hostname
        if self._editor is not None:
            return f"{name}{self._editor.prompt}#"
        return f"{name}#" if self._privileged else f"{name}>"

    @property
    def asking(self) -> bool:
        """Whether the device waits for the answer to a question, not for a command."""
        return self._asked

    def help(self, typed: str) -> str:
        """What may follow this beginning of a line."""
        if self._editor is not None:
            return self._editor.help(typed)
        return help.listed(invented.EXEC_HELP.get(typed, ()))

    def answer(self, line: str) -> Answer:
        line = line.strip()
        if self._asked:
            return self._confirmed(line)
        if not line:
            return Answer()
        if self._editor is not None:
            return self._configure(self._editor, line)
        dropped = self.device.hears(line)
        for pattern, privileged, run in _COMMANDS:
            if (privileged <= self._privileged) and (match := pattern.fullmatch(line)):
                answer = run(self, match)
                return Answer(then=Then.HANG_UP) if dropped else answer
        if self._privileged and (timed := self.device.set_timer(line)) is not None:
            return Answer(timed)
        return Answer(invented.UNKNOWN_COMMAND.format(line))

    def _configure(self, editor: Editor, line: str) -> Answer:
        if line in ("exit", "end"):
            editor.exit() if line == "exit" else editor.end()
            self._editor = editor if editor.open else None
            return Answer()
        if (timed := self.device.set_timer(line)) is not None:
            return Answer(timed)
        text, dropped = self.device.configure(editor, line)
        then = Then[self.device.befall(line)] if self.device.befall else Then.STAY
        return Answer(text, Then.HANG_UP if dropped else then)

    def enable(self, _: re.Match[str]) -> Answer:
        """No password is asked for: on a factory box it is not (NVpush)."""
        if self._rank is not Rank.ADMINISTRATOR:
            return Answer(invented.NOT_PERMITTED)
        self._privileged = True
        return Answer()

    def configure(self, _: re.Match[str]) -> Answer:
        self._editor = Editor(self.device.running)
        return Answer()

    def exit(self, _: re.Match[str]) -> Answer:
        return Answer(then=Then.LOG_OUT)

    def show_configuration(self, match: re.Match[str]) -> Answer:
        if match[1] == "startup-config" and not self.device.shows_startup:
            return Answer(invented.UNKNOWN_COMMAND.format(match[0]))
        with self.device.lock:
            running = match[1] == "running-config"
            return Answer(self.device.running.printed() if running else self.device.startup)

    def show_system(self, match: re.Match[str]) -> Answer:
        """Labels from NSH, which reads them with blanks in front and behind the colon."""
        if match[1]:
            return Answer(f"  Software Version:  {invented.SOFTWARE_VERSION}\n  Build Version:     {invented.BUILD}")
        plate = self.device.nameplate
        labels = {
            "Hardware Version": invented.HARDWARE_VERSION,
            "Software Version": invented.SOFTWARE_VERSION,
            "System Location": "",
            "System Contact": "",
            "Host Name": self.device.hostname,
            "Serial Number": plate.serial,
            "Model": f"{plate.model}/{invented.VARIANT}",
        }
        head = "\n".join(f"  {label + ':':<18} {value}".rstrip() for label, value in labels.items())
        return Answer(f"{head}\n\n{_image(1, 'active')}\n\n{_image(2, 'inactive')}")

    def show_clock(self, _: re.Match[str]) -> Answer:
        return Answer(f"{self.device.now():{invented.CLOCK}}")

    def show_port(self, match: re.Match[str]) -> Answer:
        with self.device.lock:
            port = self.device.running.root.line_of("port", "ethernet", match[1], match[2])
            if port is None:
                return Answer(invented.NO_SUCH_PORT.format(match[0].removeprefix("show port ")))
            state = "up" if port.enabled else "down"
        address = invented.MAC.format(int(match[1]) * 16 + int(match[2]))
        return Answer(f"  State:             {state}\n  Hardware Address:  {address}")

    def copy(self, match: re.Match[str]) -> Answer:
        """Without a question: NSH took Cisco's two questions out."""
        if self.device.copy(match["source"], match["target"]):
            return Answer()
        return Answer(invented.NO_SUCH_FILE.format(match["source"]))

    def fetch(self, match: re.Match[str]) -> Answer:
        """The prompt is back before the transfer has ended (NVpush)."""
        if self.device.fetch(match["url"], match["target"]):
            return Answer()
        return Answer(invented.NOTHING_FETCHED.format(match["url"]))

    def reload(self, _: re.Match[str]) -> Answer:
        self._asked = True
        return Answer()

    def _confirmed(self, line: str) -> Answer:
        self._asked = False
        return Answer(then=Then.RESTART) if line == "yes" else Answer(invented.RELOAD_ABANDONED)


def _image(number: int, state: str) -> str:
    title = f"Software Image #{number}"
    return f"{title}\n{'=' * len(title)}\n\n  Image State:       {state}\n  Build Version:     {invented.BUILD}"


_COMMANDS: tuple[tuple[re.Pattern[str], bool, Run], ...] = (  # the second: only after `enable`
    (re.compile("enable"), False, Session.enable),
    (re.compile("exit"), False, Session.exit),
    (re.compile("show system( version)?"), False, Session.show_system),
    (re.compile("show clock"), False, Session.show_clock),
    (re.compile(r"show port ethernet (\d{1,2}) (\d{1,2})"), False, Session.show_port),
    (re.compile("configure"), True, Session.configure),
    (re.compile("show (running-config|startup-config)"), True, Session.show_configuration),
    (re.compile(r"copy (?P<source>running-config) (?P<target>startup-config|config:\S+)"), True, Session.copy),
    (re.compile(r"copy (?P<source>config:\S+) (?P<target>startup-config)"), True, Session.copy),
    (re.compile(r"copy (?P<url>(?:tftp|ftp|http|https|sftp|scp)://\S+) (?P<target>\S+)"), True, Session.fetch),
    (re.compile("reload"), True, Session.reload),
)
